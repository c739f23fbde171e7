"""A job runs once at a time, and a run that is started meanwhile waits instead of being lost."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Jobs whose runs could write the same tables at once, or would be skipped."""
    for item in organisation.declared.of("databricks_job"):
        if item.values.get("max_concurrent_runs", 1) != 1:
            yield Violation(item, f"{item.values['max_concurrent_runs']} of its runs could write at once")
        if not item.values.get("queue", {}).get("enabled"):
            yield Violation(item, "a run that is started while another one goes on would be skipped")
