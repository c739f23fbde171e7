"""Tables say what they hold."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "data_is_classified"
TAG = "flights/SchemaTags/data_classification"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_tables_without_a_tag_anywhere_are_found(shipped: Shipped) -> None:
    """Each of them, as each would need its own if its schema has none."""
    changed = shipped.without("prod", "entity_tag_assignment", TAG)
    told = changed.violations(POLICY)
    assert len(told) == len(shipped.stacks["prod"]["resource"]["databricks_sql_table"])
    wanted = "prod: nobody can tell who may be given prod.flights.planes: it wants a tag data_classification"
    assert wanted in told


def test_a_tag_of_the_table_or_the_catalog_will_do(shipped: Shipped) -> None:
    """What the catalog says holds for all within, what a table says for itself."""
    tag = {"tag_key": "data_classification", "tag_value": "internal"}
    without = shipped.without("prod", "entity_tag_assignment", TAG)
    catalog = without.added(
        "prod", "entity_tag_assignment", entity_type="catalogs", entity_name="prod", **tag
    )
    assert catalog.violations(POLICY) == []
    name = "prod.flights.planes"
    table = without.added("prod", "entity_tag_assignment", entity_type="tables", entity_name=name, **tag)
    assert len(table.violations(POLICY)) == len(without.violations(POLICY)) - 1
