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
        said = f"{level} on warehouses mlops-prod to data-scientists"
        assert permit(level).violations(POLICY) == [f"prod: data-scientists could compute in prod: {said}"]
