"""Privileges have names."""

from __future__ import annotations

import pytest

from tests.infra.policies.changing import Shipped

POLICY = "no_grant_is_of_everything"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


@pytest.mark.parametrize("written", ["ALL_PRIVILEGES", "ALL PRIVILEGES", "all privileges"])
def test_all_privileges_are_found(shipped: Shipped, written: str) -> None:
    """ALL PRIVILEGES are more with each release, however they are written."""
    changed = shipped.added(
        "dev", "grant", schema="dev.flights", principal="ml-engineers", privileges=[written]
    )
    assert changed.violations(POLICY) == ["dev: ml-engineers could do what nobody has named yet"]
