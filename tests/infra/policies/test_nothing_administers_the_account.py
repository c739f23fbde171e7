"""No stack makes an admin of the account."""

from __future__ import annotations

import pytest

from tests.infra.policies.changing import Shipped

POLICY = "nothing_administers_the_account"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


@pytest.mark.parametrize("kind", ["group", "service_principal", "user"])
def test_an_admin_is_found(shipped: Shipped, kind: str) -> None:
    """Whatever it is that becomes one."""
    changed = shipped.added("account", f"{kind}_role", **{f"{kind}_id": "run-dev"}, role="account_admin")
    assert changed.violations(POLICY) == ["account: run-dev could do anything in every environment"]
