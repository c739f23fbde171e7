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
        "staging: no monitor watches what flights-arrival-delay predicts",
        "staging: no alert tells when flights-arrival-delay predicts badly or fails",
    ]
