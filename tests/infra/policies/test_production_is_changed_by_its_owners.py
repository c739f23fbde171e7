"""Nobody but its owners changes production."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_is_changed_by_its_owners"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_grant_on_one_table_is_found(shipped: Shipped) -> None:
    """MODIFY on a single table is a change of production."""
    table = "prod.flights.planes"
    changed = shipped.added("prod", "grant", table=table, principal="data-scientists", privileges=["MODIFY"])
    assert changed.violations(POLICY) == [
        f"prod: data-scientists could MODIFY {table}: MODIFY on table {table} to data-scientists"
    ]


def test_tables_to_come_count(shipped: Shipped) -> None:
    """A right to make tables in a schema is one to change production."""
    schema = "prod.flights"
    changed = shipped.added("prod", "grant", schema=schema, principal="run-dev", privileges=["CREATE_TABLE"])
    assert (
        f"prod: run-dev could CREATE_TABLE {schema}: CREATE_TABLE on schema {schema} to run-dev"
        in changed.violations(POLICY)
    )


def test_a_group_in_a_group_of_owners_is_found(shipped: Shipped) -> None:
    """Two hops give what one does, and the message names them."""
    changed = shipped.added("account", "group_member", group_id="ml-engineers", member_id="data-scientists")
    violations = changed.violations(POLICY)
    assert any(
        line.startswith(
            "prod: data-scientists could MODIFY prod.flights: data-scientists is in ml-engineers; "
        )
        for line in violations
    )


def test_an_owner_is_found(shipped: Shipped) -> None:
    """Who owns a table can drop it."""
    role = "flights/Tables/planes"
    changed = shipped.changed("prod", "sql_table", role, lambda item: item.update(owner="data-scientists"))
    table = "prod.flights.planes"
    assert changed.violations(POLICY) == [
        f"prod: data-scientists could change all of {table}: data-scientists owns table {table}"
    ]


def test_whoever_is_named_by_a_grant_alone_is_found(shipped: Shipped) -> None:
    """A group of the identity provider that no stack knows, and a privilege in words."""
    table = "prod.flights.planes"
    changed = shipped.added("prod", "grant", table=table, principal="contractors", privileges=["modify"])
    assert changed.violations(POLICY) == [
        f"prod: contractors could MODIFY {table}: MODIFY on table {table} to contractors"
    ]
