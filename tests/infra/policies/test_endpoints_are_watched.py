"""Endpoints are watched."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "endpoints_are_watched"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_an_endpoint_without_monitors_and_alerts_is_found(shipped: Shipped) -> None:
    """Both are the project's own: another project's would not do."""
    changed = shipped.without("staging", "quality_monitor").without("staging", "alert_v2")
    assert changed.violations(POLICY) == [
        "staging: no monitor watches what flights-arrival-delay is asked and answers",
        "staging: no alert tells when flights-arrival-delay predicts badly",
    ]


def test_a_monitor_of_something_else_will_not_do(shipped: Shipped) -> None:
    """A batch of predictions is monitored, too; what the endpoint is asked is not in it."""
    changed = shipped.without("prod", "quality_monitor", "flights/Monitoring/Monitor-arrival_delay_requests")
    assert changed.violations(POLICY) == [
        "prod: no monitor watches what flights-arrival-delay is asked and answers"
    ]


def test_an_alert_on_something_else_will_not_do(shipped: Shipped) -> None:
    """That tables are fresh says nothing of the predictions."""
    changed = shipped.without("prod", "alert_v2", "flights/Monitoring/Alert-quality")
    assert changed.violations(POLICY) == ["prod: no alert tells when flights-arrival-delay predicts badly"]
