"""Nothing is everybody's."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("name", ["Account Users", "account-users", "users"])
def test_however_it_is_written(shipped: Shipped, name: str) -> None:
    """Databricks takes groups' names in any case."""
    changed = shipped.added(
        "dev", "grants", schema="dev.flights", grant=[{"principal": name, "privileges": ["SELECT"]}]
    )
    assert changed.violations(POLICY) == [f"dev: {name}, which is everybody, could SELECT"]


def test_a_permission_and_a_secret_of_users_are_found(shipped: Shipped) -> None:
    """`users` is everybody of a workspace."""
    entry = {"group_name": "users", "permission_level": "CAN_QUERY"}
    role = "flights/Endpoint/Permissions"
    changed = shipped.changed(
        "prod", "permissions", role, lambda item: item["access_control"].append(entry)
    ).added("prod", "secret_acl", scope="flights", principal="users", permission="READ")
    assert changed.violations(POLICY) == [
        "prod: users, which is everybody, has CAN_QUERY",
        "prod: users, which is everybody, could READ flights",
    ]


def test_entitlements_of_everybody_are_found(shipped: Shipped) -> None:
    """What `users` are entitled to, whoever is let in has."""
    changed = shipped.changed(
        "dev", "entitlements", "Entitlements/Everybody", lambda item: item.update(databricks_sql_access=True)
    )
    assert changed.violations(POLICY) == ["dev: users, which is everybody, has databricks_sql_access"]


def test_roles_owners_and_secret_scopes_of_everybody_are_found(shipped: Shipped) -> None:
    """Who acts as a principal, owns a schema, or is given a scope when it is made."""
    changed = shipped.changed(
        "account",
        "access_control_rule_set",
        "RunAs-dev/Roles",
        lambda item: item["grant_rules"][0]["principals"].append("groups/account users"),
    )
    changed = changed.changed(
        "dev", "schema", "flights/Schema/Schema", lambda item: item.update(owner="account users")
    )
    changed = changed.changed(
        "dev",
        "secret_scope",
        "flights/Secrets/Scope",
        lambda item: item.update(initial_manage_principal="users"),
    )
    assert changed.violations(POLICY) == [
        "dev: account users, which is everybody, owns it",
        "dev: users, which is everybody, could MANAGE flights",
        "account: account users, which is everybody, has roles/servicePrincipal.user",
    ]
