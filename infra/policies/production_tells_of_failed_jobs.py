"""Somebody is told when a run of a production job fails."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Jobs of production whose failure goes unnoticed."""
    for item in organisation.declared.of("databricks_job", organisation.production):
        told = [item.values.get(kind, {}) for kind in ("email_notifications", "webhook_notifications")]
        if not any(each.get("on_failure") for each in told):
            yield Violation(item, "nobody is told when it fails: give the environment `notifications`")
