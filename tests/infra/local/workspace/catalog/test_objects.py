"""Volumes, registered models and the metastore through databricks-sdk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, ResourceConflict
from databricks.sdk.service.catalog import VolumeType

from tests.infra.local.workspace.catalog.granting import grant
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

MakeCatalog = Callable[[], str]
ALICE = "alice@example.com"


@pytest.fixture
def owner(lakehouse: Lakehouse) -> WorkspaceClient:
    """The owner of the test's catalogs."""
    return lakehouse.client("deployer")


def test_a_volume_lives(lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog) -> None:
    """Made, read, listed, described anew, renamed and deleted; its files stay where they are."""
    catalog = make_catalog()
    made = owner.volumes.create(catalog, "flights", "Artifacts", VolumeType.MANAGED, comment="wheels")
    assert (made.full_name, made.volume_type) == (f"{catalog}.flights.artifacts", VolumeType.MANAGED)
    with pytest.raises(ResourceConflict, match="already exists"):
        owner.volumes.create(catalog, "flights", "artifacts", VolumeType.MANAGED)
    assert [each.name for each in owner.volumes.list(catalog, "flights")] == ["artifacts"]
    owner.volumes.update(f"{catalog}.flights.artifacts", comment="", new_name="wheels")
    found = owner.volumes.read(f"{catalog}.flights.wheels")
    assert (found.storage_location, found.volume_id) == (made.storage_location, made.volume_id)
    owner.volumes.delete(f"{catalog}.flights.wheels")
    with pytest.raises(NotFound):
        owner.volumes.read(f"{catalog}.flights.wheels")
    with pytest.raises(PermissionDenied):
        lakehouse.client(ALICE).volumes.read(f"{catalog}.flights.wheels")


def test_a_registered_model_lives(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """Made, given to a group, listed with and without a schema, deleted."""
    catalog, models = make_catalog(), owner.registered_models
    models.create(catalog_name=catalog, schema_name="flights", name="arrival_delay", comment="minutes")
    full_name = f"{catalog}.flights.arrival_delay"
    with pytest.raises(ResourceConflict, match="already exists"):
        models.create(catalog_name=catalog, schema_name="flights", name="arrival_delay")
    assert models.update(full_name, owner="data-scientists").owner == "data-scientists"
    assert [each.name for each in models.list(catalog_name=catalog, schema_name="flights")] == [
        "arrival_delay"
    ]
    assert full_name in [each.full_name for each in models.list()]
    assert full_name not in [each.full_name for each in lakehouse.client(ALICE).registered_models.list()]
    grant(owner, "catalog", catalog, ALICE, "USE_CATALOG", "USE_SCHEMA")
    lakehouse.client(ALICE).registered_models.delete(full_name)
    with pytest.raises(NotFound):
        models.get(full_name)


def test_creating_objects_needs_the_schemas_privileges(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """CREATE VOLUME makes volumes and no models."""
    catalog, alice = make_catalog(), lakehouse.client(ALICE)
    grant(owner, "catalog", catalog, ALICE, "USE_CATALOG", "USE_SCHEMA", "CREATE_VOLUME")
    alice.volumes.create(catalog, "flights", "mine", VolumeType.MANAGED)
    with pytest.raises(PermissionDenied, match="CREATE MODEL on Schema"):
        alice.registered_models.create(catalog_name=catalog, schema_name="flights", name="mine")
    assert alice.volumes.read(f"{catalog}.flights.mine").owner == ALICE


def test_creating_objects_needs_the_schema_to_be_usable(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """CREATE VOLUME alone makes none: the schema, and its catalog, must be usable."""
    catalog, alice = make_catalog(), lakehouse.client(ALICE)
    grant(owner, "schema", f"{catalog}.flights", ALICE, "CREATE_VOLUME")
    for securable, name, privilege in (
        ("catalog", catalog, "USE_CATALOG"),
        ("schema", f"{catalog}.flights", "USE_SCHEMA"),
    ):
        with pytest.raises(PermissionDenied, match=privilege.replace("_", " ")):
            alice.volumes.create(catalog, "flights", "mine", VolumeType.MANAGED)
        grant(owner, securable, name, ALICE, privilege)
    assert alice.volumes.create(catalog, "flights", "mine", VolumeType.MANAGED).owner == ALICE


def test_the_metastore_is_known_to_its_workspaces(lakehouse: Lakehouse, owner: WorkspaceClient) -> None:
    """Everybody learns which one it is; its description is its admins'."""
    assert owner.metastores.current().metastore_id == lakehouse.metastore_id
    assert owner.metastores.summary().name == "main"
    with pytest.raises(PermissionDenied):
        owner.metastores.get(lakehouse.metastore_id)


def test_a_full_name_that_can_not_be_one_is_refused(owner: WorkspaceClient) -> None:
    """The line says what was expected."""
    with pytest.raises(BadRequest, match=r"expected catalog\.schema\.volume"):
        owner.volumes.read("prod.artifacts")
