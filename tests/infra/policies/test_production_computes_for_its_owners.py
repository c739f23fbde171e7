"""Compute in production is its owners'."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_computes_for_its_owners"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_sql_is_compute(shipped: Shipped) -> None:
    """A data scientist with SQL in production's workspace is one with compute."""
    changed = shipped.changed(
        "prod",
        "entitlements",
        "Entitlements/data-scientists",
        lambda item: item.update(databricks_sql_access=True),
    )
    assert changed.violations(POLICY) == [
        "prod: data-scientists has databricks_sql_access in prod: "
        "databricks_sql_access in prod's workspace to data-scientists"
    ]


def test_a_warehouse_is_compute(shipped: Shipped) -> None:
    """CAN_USE on production's warehouse is compute, and so is CAN_MONITOR, above it; to see it is none."""

    def permit(level: str) -> Shipped:
        entry = {"group_name": "data-scientists", "permission_level": level}
        role = "Warehouse/Permissions"
        return shipped.changed("prod", "permissions", role, lambda item: item["access_control"].append(entry))

    assert permit("CAN_VIEW").violations(POLICY) == []
    for level in ("CAN_USE", "CAN_MONITOR"):
        assert permit(level).violations(POLICY) == [
            "prod: data-scientists could compute in prod: "
            f"{level} on warehouses mlops-prod to data-scientists"
        ]


def test_starting_a_job_is_compute(shipped: Shipped) -> None:
    """Also with parameters of one's own; to look at its runs is none."""
    entry = {"group_name": "data-scientists", "permission_level": "CAN_MANAGE_RUN"}
    changed = shipped.changed(
        "prod",
        "permissions",
        "flights/training/Permissions",
        lambda item: item["access_control"].append(entry),
    )
    assert changed.violations(POLICY) == [
        "prod: data-scientists could compute in prod: "
        "CAN_MANAGE_RUN on jobs flights-training to data-scientists"
    ]


def test_an_admin_computes(shipped: Shipped) -> None:
    """An admin of the workspace needs no entitlement and no permission."""
    changed = shipped.changed(
        "account",
        "mws_permission_assignment",
        "Assignments-prod/data-scientists",
        lambda item: item.update(permissions=["ADMIN"]),
    )
    assert changed.violations(POLICY) == [
        "account: data-scientists could compute in prod: data-scientists is ADMIN of prod's workspace"
    ]


def test_a_budget_is_compute(shipped: Shipped) -> None:
    """Serverless compute is had by whoever may have it billed."""
    changed = shipped.changed(
        "account",
        "access_control_rule_set",
        "Usage-prod/Roles",
        lambda item: item["grant_rules"][0]["principals"].append("groups/data-scientists"),
    )
    (line,) = changed.violations(POLICY)
    assert line.startswith("account: data-scientists could compute in prod: roles/budgetPolicy.user on ")
