"""Tags are given by who may, seen by who sees what they are on, and gone with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from databricks.sdk.core import DatabricksError
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, ResourceConflict
from databricks.sdk.service.catalog import EntityTagAssignment

from tests.infra.local.workspace.catalog.granting import grant
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

MakeCatalog = Callable[[], str]
ALICE = "alice@example.com"


def tag(
    schema: str, key: str = "domain", value: str = "aviation", kind: str = "schemas"
) -> EntityTagAssignment:
    """A tag to be given."""
    return EntityTagAssignment(entity_type=kind, entity_name=schema, tag_key=key, tag_value=value)


def test_a_tag_lives_with_its_schema(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """Given, changed, listed, kept under a new name, and gone when the schema is."""
    client, catalog = lakehouse.client("deployer"), make_catalog()
    tags, schema = client.entity_tag_assignments, f"{catalog}.flights"
    assert tags.create(tag(schema)).tag_value == "aviation"
    with pytest.raises(ResourceConflict, match="has a tag domain already"):
        tags.create(tag(schema))
    tags.update("schemas", schema, "domain", tag(schema, value="travel"), update_mask="tag_value")
    assert [(item.tag_key, item.tag_value) for item in tags.list("schemas", schema)] == [("domain", "travel")]
    client.schemas.update(schema, new_name="trips")
    assert tags.get("schemas", f"{catalog}.trips", "domain").tag_value == "travel"
    client.schemas.delete(f"{catalog}.trips")
    client.schemas.create("trips", catalog)
    assert list(tags.list("schemas", f"{catalog}.trips")) == []


def test_tags_want_apply_tag(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """Who sees a schema reads its tags; who may apply tags gives and takes them."""
    owner, alice, catalog = lakehouse.client("deployer"), lakehouse.client(ALICE), make_catalog()
    schema = f"{catalog}.flights"
    owner.entity_tag_assignments.create(tag(schema))
    with pytest.raises(PermissionDenied):
        alice.entity_tag_assignments.get("schemas", schema, "domain")
    grant(owner, "catalog", catalog, "data-scientists", "USE_CATALOG")
    grant(owner, "schema", schema, "data-scientists", "USE_SCHEMA")
    assert alice.entity_tag_assignments.get("schemas", schema, "domain").tag_value == "aviation"
    with pytest.raises(PermissionDenied):
        alice.entity_tag_assignments.delete("schemas", schema, "domain")
    grant(owner, "schema", schema, "data-scientists", "APPLY_TAG")
    alice.entity_tag_assignments.delete("schemas", schema, "domain")
    with pytest.raises(NotFound):
        owner.entity_tag_assignments.get("schemas", schema, "domain")


def test_what_has_no_tags_is_told(lakehouse: Lakehouse, make_catalog: MakeCatalog) -> None:
    """Columns are not served, other words are no kind of entity, a tag has a key."""
    tags, schema = lakehouse.client("deployer").entity_tag_assignments, f"{make_catalog()}.flights"
    with pytest.raises(DatabricksError, match="columns are not served"):
        tags.create(tag(f"{schema}.planes.seats", kind="columns"))
    with pytest.raises(BadRequest, match="entity_type must be one of"):
        tags.create(tag(schema, kind="models"))
    with pytest.raises(BadRequest, match="tag_key"):
        tags.create(tag(schema, key=""))
