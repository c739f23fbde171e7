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
        "dev: eve@example.com could USE_CATALOG, and would after leaving every group",
        "dev: dana@example.com has CAN_MANAGE, and would after leaving every group",
        "dev: people come from the identity provider",
    ]


def test_owners_roles_and_entitlements_of_people_are_found(shipped: Shipped) -> None:
    """Whoever is no group, by address or by the id of a user that is looked up."""
    changed = shipped.changed(
        "prod", "sql_table", "flights/Tables/planes", lambda item: item.update(owner="eve@example.com")
    )
    changed = changed.changed(
        "account",
        "access_control_rule_set",
        "RunAs-dev/Roles",
        lambda item: item["grant_rules"][0]["principals"].append("users/eve@example.com"),
    )
    changed = changed.looked_up("account", "user", user_name="eve@example.com").added(
        "account",
        "mws_permission_assignment",
        principal_id="${data.databricks_user.added.id}",
        workspace_id=1,
        permissions=["ADMIN"],
    )
    user = "${account:data.databricks_user.added.id}"
    assert changed.added("dev", "entitlements", user_id="7", workspace_access=True).violations(POLICY) == [
        "account: eve@example.com has roles/servicePrincipal.user, and would after leaving every group",
        f"account: {user} is ADMIN of a workspace, and would after leaving every group",
        "prod: eve@example.com owns it, and would after leaving every group",
        "dev: 7 would be entitled after leaving every group",
    ]
