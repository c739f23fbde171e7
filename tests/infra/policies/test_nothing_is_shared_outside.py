"""Data is not shared with other organisations."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "nothing_is_shared_outside"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_share_and_its_recipient_are_found(shipped: Shipped) -> None:
    """Delta Sharing goes past groups and workspaces."""
    offered = [{"name": "prod.flights", "data_object_type": "SCHEMA"}]
    changed = shipped.added("prod", "share", name="partners", object=offered)
    changed = changed.added("prod", "recipient", name="acme", authentication_type="TOKEN")
    assert changed.violations(POLICY) == [
        "prod: somebody outside could be offered data through acme",
        "prod: somebody outside could be offered prod.flights through partners",
    ]
