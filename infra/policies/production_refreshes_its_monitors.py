"""Production's monitors are refreshed by schedule, and their failures are told."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Monitors of production whose metrics would grow old unnoticed."""
    for item in organisation.declared.of("databricks_quality_monitor", organisation.production):
        table = item.values["table_name"]
        if not item.values.get("schedule"):
            yield Violation(item, f"metrics of {table} are never refreshed: give `schedules.monitors`")
        if not item.values.get("notifications"):
            yield Violation(item, f"nobody is told when metrics of {table} can't be computed")
