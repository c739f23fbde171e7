"""Endpoints have a budget."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "endpoints_have_a_budget"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_an_endpoint_that_nobody_pays_for_is_found(shipped: Shipped) -> None:
    """Its environment's settings are what mends it."""
    changed = shipped.changed(
        "prod", "model_serving", "flights/Endpoint/Endpoint", lambda item: item.pop("budget_policy_id")
    )
    assert changed.violations(POLICY) == [
        "prod: flights-arrival-delay is billed under no budget policy: give prod a budget"
    ]
