"""Budgets are heard of."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "budgets_tell_somebody"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_silent_budget_is_found(shipped: Shipped) -> None:
    """A threshold without an address is one that nobody hears of."""
    changed = shipped.changed(
        "account",
        "budget",
        "Budget-prod/Budget",
        lambda item: item["alert_configurations"][0].update(action_configurations=[]),
    )
    assert changed.violations(POLICY) == ["account: nobody is told when mlops-prod is spent"]
