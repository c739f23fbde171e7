"""Destroying production takes nothing along that was not declared."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_keeps_its_data"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_schema_that_goes_with_its_content_is_found(shipped: Shipped) -> None:
    """force_destroy in production is found; in staging it is wanted."""
    changed = shipped.changed(
        "prod", "schema", "flights/Schema/Schema", lambda item: item.update(force_destroy=True)
    )
    assert changed.violations(POLICY) == [
        "prod: destroying it would drop the tables and models that nobody declared"
    ]
