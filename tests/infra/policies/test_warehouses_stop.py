"""Warehouses stop."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "warehouses_stop"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_warehouses_that_run_on_are_found(shipped: Shipped) -> None:
    """0 minutes is Databricks' word for never."""

    def after(minutes: int) -> Shipped:
        role = "Warehouse/Warehouse"
        return shipped.changed("dev", "sql_endpoint", role, lambda item: item.update(auto_stop_mins=minutes))

    assert after(60).violations(POLICY) == []
    assert after(61).violations(POLICY) == ["dev: mlops-dev stops after 61 minutes; at most 60 minutes"]
    assert after(0).violations(POLICY) == ["dev: mlops-dev stops never; at most 60 minutes"]
