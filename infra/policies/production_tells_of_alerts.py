"""Production's alerts are evaluated by schedule, and reach somebody."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Alerts of production that are paused, or that nobody is told of."""
    for item in organisation.declared.of("databricks_alert_v2", organisation.production):
        notification = item.values["evaluation"].get("notification", {})
        if not notification.get("subscriptions"):
            yield Violation(item, "nobody is told when it is triggered: give the environment `notifications`")
        if item.values["schedule"].get("pause_status") == "PAUSED":
            yield Violation(item, "it is never evaluated: give the environment `schedules.alerts`")
