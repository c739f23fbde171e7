"""Nothing is everybody's."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "no_right_is_everybodys"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_grant_to_account_users_is_found(shipped: Shipped) -> None:
    """`account users` is everybody of the account."""
    changed = shipped.added(
        "dev", "grant", catalog="dev", principal="account users", privileges=["USE_CATALOG"]
    )
    assert changed.violations(POLICY) == ["dev: account users, which is everybody, could USE_CATALOG"]


def test_a_permission_and_a_secret_of_users_are_found(shipped: Shipped) -> None:
    """`users` is everybody of a workspace."""
    entry = {"group_name": "users", "permission_level": "CAN_QUERY"}
    role = "flights/Endpoint/Permissions"
    changed = shipped.changed(
        "prod", "permissions", role, lambda item: item["access_control"].append(entry)
    ).added("prod", "secret_acl", scope="flights", principal="users", permission="READ")
    assert changed.violations(POLICY) == [
        "prod: everybody could READ flights",
        "prod: everybody: CAN_QUERY on endpoints flights-arrival-delay to users",
        "prod: everybody: READ on secrets flights to users",
    ]
