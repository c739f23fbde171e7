"""Tables: declared through the model as SQL does, seen and dropped through databricks-sdk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.service.catalog import DataSourceFormat, TableInfo, TableType

from infra.local.workspace.errors import AlreadyExistsError, PermissionDeniedError
from infra.local.workspace.store import Document
from tests.infra.local.workspace.catalog.granting import grant
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

MakeCatalog = Callable[[], str]
ALICE = "alice@example.com"


def test_a_table_is_described_as_it_was_declared(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """Columns, key with its time column, comment, owner and a location of its own."""
    name = _create(lakehouse, make_catalog())
    found = lakehouse.client("deployer").tables.get(name)
    assert (found.full_name, found.table_type) == (name, TableType.MANAGED)
    assert (found.data_source_format, found.comment) == (DataSourceFormat.DELTA, "Departures")
    assert found.owner == lakehouse.name("deployer")
    columns = [(each.name, each.type_text, each.position, each.nullable) for each in found.columns or []]
    assert columns == [("flight_id", "bigint", 0, False), ("scheduled_at", "timestamp", 1, True)]
    (constraint,) = found.table_constraints or []
    assert constraint.primary_key_constraint is not None
    assert constraint.primary_key_constraint.timeseries_columns == ["scheduled_at"]
    place = _place(found)
    assert place == lakehouse.account.catalog.table_location(name)
    assert place.is_relative_to(lakehouse.account.folder / "lake")


def test_a_dropped_table_leaves_no_files(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """By its own name or with its schema; a new table of the name starts empty."""
    catalog, client = make_catalog(), lakehouse.client("deployer")
    drops: list[Callable[[str], None]] = [
        client.tables.delete,
        lambda _: client.schemas.delete(f"{catalog}.flights", force=True),
    ]
    for drop in drops:
        name = _create(lakehouse, catalog)
        place = _place(client.tables.get(name))
        place.mkdir(parents=True)
        (place / "part.parquet").write_bytes(b"data")
        drop(name)
        assert not place.exists()
    client.schemas.create("flights", catalog)
    with pytest.raises(NotFound, match="does not exist"):
        client.tables.get(name)
    assert _place(client.tables.get(_create(lakehouse, catalog))) != place


def test_creating_needs_create_table_on_the_schema(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """And USE on the parents; the creator owns the table then."""
    catalog, owner = make_catalog(), lakehouse.client("deployer")
    grant(owner, "schema", f"{catalog}.flights", ALICE, "CREATE_TABLE", "USE_SCHEMA")
    with pytest.raises(PermissionDeniedError, match="USE CATALOG"):
        _create(lakehouse, catalog, ALICE)
    grant(owner, "catalog", catalog, ALICE, "USE_CATALOG")
    name = _create(lakehouse, catalog, ALICE)
    assert owner.tables.get(name).owner == ALICE
    with pytest.raises(AlreadyExistsError, match="already exists"):
        _create(lakehouse, catalog, ALICE)


def test_replacing_keeps_owner_grants_and_location(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """CREATE OR REPLACE is a new version of the same table, for who manages it only."""
    catalog, owner = make_catalog(), lakehouse.client("deployer")
    name = _create(lakehouse, catalog)
    before = owner.tables.get(name)
    grant(owner, "catalog", catalog, "data-scientists", "ALL_PRIVILEGES")
    service, changed = lakehouse.account.catalog, _declaration(catalog) | {"comment": None}
    with pytest.raises(PermissionDeniedError, match="MANAGE on Table"):
        service.replace_table(lakehouse.caller(ALICE), lakehouse.dev, changed)
    service.replace_table(lakehouse.caller("deployer"), lakehouse.dev, changed)
    after = owner.tables.get(name)
    assert (after.table_id, after.storage_location, after.owner) == (
        before.table_id,
        before.storage_location,
        before.owner,
    )
    assert after.comment is None


def test_changing_needs_modify_and_giving_away_needs_manage(
    lakehouse: Lakehouse, make_catalog: MakeCatalog
) -> None:
    """MODIFY changes columns and comment; owner, name and constraints are its managers'."""
    catalog, owner, service = make_catalog(), lakehouse.client("deployer"), lakehouse.account.catalog
    name, alice = _create(lakehouse, catalog), lakehouse.caller(ALICE)
    grant(owner, "catalog", catalog, ALICE, "USE_CATALOG", "USE_SCHEMA", "SELECT")
    with pytest.raises(PermissionDeniedError, match="MODIFY"):
        service.alter_table(alice, lakehouse.dev, name, {"comment": "hers"})
    grant(owner, "table", name, ALICE, "MODIFY")
    service.alter_table(alice, lakehouse.dev, name, {"comment": "hers"})
    with pytest.raises(PermissionDeniedError, match="MANAGE"):
        service.alter_table(alice, lakehouse.dev, name, {"owner": ALICE})
    with pytest.raises(PermissionDeniedError, match="MANAGE"):
        service.alter_table(alice, lakehouse.dev, name, {"table_constraints": []})
    owner.api_client.do("PATCH", f"/api/2.1/unity-catalog/tables/{name}", body={"owner": "data-scientists"})
    found = lakehouse.client(ALICE).tables.get(name)
    assert (found.comment, found.owner) == ("hers", "data-scientists")
    service.alter_table(
        alice, lakehouse.dev, name, {"columns": _declaration(catalog)["columns"][:1], "table_constraints": []}
    )
    assert len(lakehouse.client(ALICE).tables.get(name).columns or []) == 1


def test_lists_show_tables_that_may_be_read(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """SELECT on one table shows that one."""
    catalog, owner, alice = make_catalog(), lakehouse.client("deployer"), lakehouse.client(ALICE)
    for table in ("flights", "planes", "weather"):
        _create(lakehouse, catalog, name=table)
    with pytest.raises(PermissionDenied):
        list(alice.tables.list(catalog, "flights"))
    grant(owner, "catalog", catalog, ALICE, "USE_CATALOG", "USE_SCHEMA")
    grant(owner, "table", f"{catalog}.flights.planes", ALICE, "SELECT")
    assert [each.name for each in alice.tables.list(catalog, "flights")] == ["planes"]
    found = list(owner.tables.list(catalog, "flights", omit_columns=True, max_results=2))
    assert [each.name for each in found] == ["flights", "planes", "weather"]
    assert not any(each.columns for each in found)
    assert owner.tables.exists(f"{catalog}.flights.planes").table_exists
    assert not owner.tables.exists(f"{catalog}.flights.missing").table_exists


def test_a_read_only_workspace_creates_no_tables(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """What holds for the API holds for SQL."""
    catalog, client = make_catalog(), lakehouse.client("deployer")
    path = f"/api/2.1/unity-catalog/bindings/catalog/{catalog}"
    client.api_client.do(
        "PATCH", f"/api/2.1/unity-catalog/catalogs/{catalog}", body={"isolation_mode": "ISOLATED"}
    )
    bound: list[dict[str, Any]] = [{"workspace_id": lakehouse.dev, "binding_type": "BINDING_TYPE_READ_ONLY"}]
    client.api_client.do("PATCH", path, body={"add": bound})
    with pytest.raises(PermissionDeniedError, match="read-only"):
        _create(lakehouse, catalog)
    client.api_client.do("PATCH", path, body={"add": [{"workspace_id": lakehouse.dev}]})
    _create(lakehouse, catalog)


def _declaration(catalog: str, name: str = "delays") -> Document:
    return {
        "catalog_name": catalog,
        "schema_name": "flights",
        "name": name,
        "comment": "Departures",
        "columns": [
            {"name": "flight_id", "type_text": "BIGINT", "nullable": False, "comment": "key"},
            {"name": "scheduled_at", "type_text": "TIMESTAMP"},
        ],
        "table_constraints": [
            {
                "primary_key_constraint": {
                    "name": "pk",
                    "child_columns": ["flight_id", "scheduled_at"],
                    "timeseries_columns": ["scheduled_at"],
                }
            }
        ],
    }


def _create(lakehouse: Lakehouse, catalog: str, who: str = "deployer", *, name: str = "delays") -> str:
    document = _declaration(catalog, name)
    made = lakehouse.account.catalog.create_table(lakehouse.caller(who), lakehouse.dev, document)
    return str(made["full_name"])


def _place(table: TableInfo) -> Path:
    return Path(urlsplit(table.storage_location or "").path)
