"""Nobody's grants are revoked silently."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "grants_leave_others_alone"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_list_of_all_grants_is_found(shipped: Shipped) -> None:
    """databricks_grants revokes what it does not name."""
    changed = shipped.added("prod", "grants", schema="prod.flights", grant=[])
    assert changed.violations(POLICY) == [
        "prod: it would revoke whatever it does not name, and no plan shows that"
    ]
