"""Privileges have names."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "no_grant_is_of_everything"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_all_privileges_are_found(shipped: Shipped) -> None:
    """ALL PRIVILEGES are more with each release."""
    changed = shipped.added(
        "dev", "grant", schema="dev.flights", principal="ml-engineers", privileges=["ALL_PRIVILEGES"]
    )
    assert changed.violations(POLICY) == ["dev: ml-engineers could do what nobody has named yet"]
