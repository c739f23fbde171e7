"""Catalogs are seen where they are bound."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "catalogs_are_isolated"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_an_open_catalog_is_found(shipped: Shipped) -> None:
    """An open catalog is every workspace's."""
    changed = shipped.changed(
        "dev", "catalog", "Catalog/Catalog", lambda item: item.update(isolation_mode="OPEN")
    )
    assert changed.violations(POLICY) == ["dev: whoever is granted dev could use it from any workspace"]
