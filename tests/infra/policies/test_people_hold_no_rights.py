"""Rights are groups'."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "people_hold_no_rights"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_people_are_found_wherever_they_are_named(shipped: Shipped) -> None:
    """In a grant, in permissions, and as a user that is declared."""
    entry = {"user_name": "dana@example.com", "permission_level": "CAN_MANAGE"}
    role = "flights/training/Permissions"
    changed = (
        shipped.changed("dev", "permissions", role, lambda item: item["access_control"].append(entry))
        .added("dev", "grant", catalog="dev", principal="eve@example.com", privileges=["USE_CATALOG"])
        .added("dev", "user", user_name="dana@example.com")
    )
    assert changed.violations(POLICY) == [
        "dev: eve@example.com would keep it after leaving every group",
        "dev: dana@example.com would keep it after leaving every group",
        "dev: people come from the identity provider",
    ]
