"""What gives rights is what policies read."""

from __future__ import annotations

import pytest

from tests.infra.policies.changing import Shipped

POLICY = "rights_are_understood"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


@pytest.mark.parametrize(
    ("type_", "instead"),
    [
        ("catalog_workspace_binding", "databricks_workspace_binding"),
        ("permission_assignment", "databricks_mws_permission_assignment"),
        ("sql_permissions", "databricks_grant"),
    ],
)
def test_other_ways_to_give_rights_are_found(shipped: Shipped, type_: str, instead: str) -> None:
    """Databricks has several resources for some rights; policies read one of them."""
    changed = shipped.added("prod", type_)
    assert changed.violations(POLICY) == [f"prod: {instead} says the same, where policies see it"]


def test_permissions_on_anything_else_are_found(shipped: Shipped) -> None:
    """Whoever may attach to a cluster computes, though no policy knows clusters' permissions."""
    entry = {"group_name": "data-scientists", "permission_level": "CAN_ATTACH_TO"}
    changed = shipped.added("prod", "permissions", cluster_id="0101-abc", access_control=[entry])
    assert changed.violations(POLICY) == [
        "prod: data-scientists could CAN_ATTACH_TO cluster_id 0101-abc: no policy would see it"
    ]


def test_roles_on_anything_else_are_found(shipped: Shipped) -> None:
    """Whoever manages a group joins it, and has its rights."""
    name = "accounts/1/groups/ml-engineers/ruleSets/default"
    rules = [{"role": "roles/group.manager", "principals": ["groups/data-scientists"]}]
    changed = shipped.added("account", "access_control_rule_set", name=name, grant_rules=rules)
    assert changed.violations(POLICY) == [
        f"account: groups/data-scientists has roles/group.manager on {name}: no policy would see it"
    ]


def test_whom_nobody_knows_is_found(shipped: Shipped) -> None:
    """A number tells neither who is let in nor where."""
    changed = shipped.added(
        "account", "mws_permission_assignment", principal_id=7, workspace_id=8, permissions=["ADMIN"]
    )
    assert changed.violations(POLICY) == [
        "account: 7 is let into a workspace that is no environment's",
        "account: 7, who is let into a workspace, is nobody that the account's stack names",
    ]
