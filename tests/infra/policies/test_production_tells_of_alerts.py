"""Production's alerts are heard."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_tells_of_alerts"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_silent_and_paused_alerts_are_found(shipped: Shipped) -> None:
    """An alert that tells nobody, or is never evaluated, alerts nobody."""
    role = "flights/Monitoring/Alert-drift/Alert"
    silent = shipped.changed(
        "prod", "alert_v2", role, lambda item: item["evaluation"]["notification"].pop("subscriptions")
    )
    paused = shipped.changed(
        "prod", "alert_v2", role, lambda item: item["schedule"].update(pause_status="PAUSED")
    )
    assert silent.violations(POLICY) == [
        "prod: nobody is told when it is triggered: give the environment `notifications`"
    ]
    assert paused.violations(POLICY) == [
        "prod: it is never evaluated: give the environment `schedules.alerts`"
    ]
