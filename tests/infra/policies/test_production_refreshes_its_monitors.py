"""Production's metrics stay fresh."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_refreshes_its_monitors"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_monitor_without_a_schedule_is_found(shipped: Shipped) -> None:
    """Metrics that nobody refreshes grow old, and nobody hears of it."""
    changed = shipped.changed(
        "prod",
        "quality_monitor",
        "flights/Monitoring/Monitor-planes/Monitor",
        lambda item: item.update(schedule=None, notifications=None),
    )
    assert changed.violations(POLICY) == [
        "prod: metrics of prod.flights.planes are never refreshed: give `schedules.monitors`",
        "prod: nobody is told when metrics of prod.flights.planes can't be computed",
    ]
