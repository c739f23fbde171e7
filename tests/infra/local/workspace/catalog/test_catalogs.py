"""Catalogs and schemas through databricks-sdk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, ResourceConflict
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.catalog import CatalogIsolationMode

from tests.infra.local.workspace.catalog.granting import grant
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

MakeCatalog = Callable[[], str]


def test_a_catalog_comes_with_its_two_schemas(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """Terraform deletes `default` right after it created a catalog."""
    client, name = lakehouse.client("deployer"), make_catalog()
    names = [schema.name for schema in client.schemas.list(name)]
    assert names == ["default", "flights", "information_schema"]
    client.schemas.delete(f"{name}.default")
    with pytest.raises(BadRequest, match="kept by the system"):
        client.schemas.delete(f"{name}.information_schema")


def test_a_catalog_says_what_it_is(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """Name, owner, isolation, comment and properties are answered as they were given."""
    client, name = lakehouse.client("deployer"), make_catalog()
    client.catalogs.update(name, comment="Flights", properties={"tier": "gold"})
    found = client.catalogs.get(name)
    assert (found.name, found.full_name, found.comment) == (name, name, "Flights")
    assert found.owner == lakehouse.name("deployer")
    assert found.isolation_mode == CatalogIsolationMode.OPEN
    assert found.properties == {"tier": "gold"}
    assert found.metastore_id == lakehouse.metastore_id


def test_names_are_kept_in_lower_case(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """FLIGHTS and flights are one schema."""
    client, name = lakehouse.client("deployer"), make_catalog()
    assert client.schemas.get(f"{name.upper()}.FLIGHTS").full_name == f"{name}.flights"
    with pytest.raises(ResourceConflict, match="already exists"):
        client.schemas.create("FLIGHTS", name)


@pytest.mark.parametrize("bad", ["a b", "a/b", "a.b", "", "x" * 256, "a\x07b", "..", "a\\b"])
def test_bad_names_are_refused(lakehouse: Lakehouse, make_catalog: MakeCatalog, bad: str) -> None:
    """A name that Unity Catalog could not hold is one clear line."""
    with pytest.raises(BadRequest, match="name"):
        lakehouse.client("deployer").schemas.create(bad, make_catalog())


def test_a_catalog_with_content_is_dropped_by_force_only(
    lakehouse: Lakehouse, make_catalog: MakeCatalog
) -> None:
    """Without force, what is in it protects it."""
    client, name = lakehouse.client("deployer"), make_catalog()
    with pytest.raises(BadRequest, match="is not empty"):
        client.catalogs.delete(name)
    client.catalogs.delete(name, force=True)
    with pytest.raises(NotFound, match="does not exist"):
        client.catalogs.get(name)
    with pytest.raises(NotFound):
        client.schemas.get(f"{name}.flights")
    client.catalogs.create(name)


def test_creating_a_catalog_needs_the_right(lakehouse: Lakehouse) -> None:
    """A user without CREATE CATALOG on the metastore is refused."""
    with pytest.raises(PermissionDenied, match="CREATE CATALOG on Metastore"):
        lakehouse.client("alice@example.com").catalogs.create("mine")


def test_a_stranger_does_not_learn_what_exists(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """A catalog without rights on it and a missing one are refused alike."""
    client, name = lakehouse.client("alice@example.com"), make_catalog()
    answers = []
    for each in (name, "missing"):
        with pytest.raises(DatabricksError) as refusal:
            client.catalogs.get(each)
        answers.append((type(refusal.value), str(refusal.value).replace(f"'{each}'", "X")))
    assert answers[0] == answers[1]
    assert answers[0][0] is PermissionDenied


def test_lists_show_what_the_caller_may_see(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """A catalog shows up with USE CATALOG, a schema with USE SCHEMA."""
    alice, owner, name = lakehouse.client("alice@example.com"), lakehouse.client("deployer"), make_catalog()
    assert name not in [found.name for found in alice.catalogs.list()]
    grant(owner, "CATALOG", name, "alice@example.com", "USE_CATALOG")
    assert name in [found.name for found in alice.catalogs.list()]
    assert [found.name for found in alice.schemas.list(name)] == ["information_schema"]
    grant(owner, "SCHEMA", f"{name}.flights", "alice@example.com", "USE_SCHEMA")
    assert [found.name for found in alice.schemas.list(name)] == ["flights", "information_schema"]


def test_lists_come_in_pages(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """The client's iteration over pages of one finds everything once."""
    client, name = lakehouse.client("deployer"), make_catalog()
    found = [schema.name for schema in client.schemas.list(name, max_results=1)]
    assert found == ["default", "flights", "information_schema"]


def test_a_renamed_catalog_keeps_everything(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """Schemas and grants move along."""
    client, name = lakehouse.client("deployer"), make_catalog()
    grant(client, "SCHEMA", f"{name}.flights", "data-scientists", "USE_SCHEMA")
    client.catalogs.update(name, new_name=f"{name}_new")
    grants = client.grants.get("schema", f"{name}_new.flights").privilege_assignments or []
    assert [each.principal for each in grants] == ["data-scientists"]
    client.catalogs.update(f"{name}_new", new_name=name)
    assert client.schemas.get(f"{name}.flights").catalog_name == name


def test_an_owner_must_be_a_principal_of_the_account(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """Ownership can go to a group, not to a name that nobody has."""
    client, name = lakehouse.client("deployer"), make_catalog()
    with pytest.raises(NotFound, match="Could not find principal"):
        client.schemas.update(f"{name}.flights", owner="nobody")
    assert client.schemas.update(f"{name}.flights", owner="data-scientists").owner == "data-scientists"
    alice = lakehouse.client("alice@example.com")
    grant(client, "CATALOG", name, "data-scientists", "USE_CATALOG")
    assert alice.schemas.update(f"{name}.flights", comment="ours").comment == "ours"
