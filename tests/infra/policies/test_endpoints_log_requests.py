"""Requests are logged."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "endpoints_log_requests"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_an_endpoint_without_a_table_is_found(shipped: Shipped) -> None:
    """What is not logged can't be monitored."""
    changed = shipped.changed(
        "dev", "model_serving", "flights/Endpoint/Endpoint", lambda item: item.pop("ai_gateway")
    )
    assert changed.violations(POLICY) == [
        "dev: nobody could tell what flights-arrival-delay was asked and what it answered"
    ]
