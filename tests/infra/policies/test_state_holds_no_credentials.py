"""No stack makes a credential."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "state_holds_no_credentials"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_secret_of_a_principal_is_found(shipped: Shipped) -> None:
    """Its value would be in the state."""
    changed = shipped.added("account", "service_principal_secret", service_principal_id="1")
    assert changed.violations(POLICY) == ["account: whoever reads the state could use what it makes"]
