"""Grants through databricks-sdk and as Terraform sends them, and what they allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied
from databricks.sdk.service.catalog import SecurableType, VolumeType

from tests.infra.local.workspace.catalog.granting import grant, revoke
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

MakeCatalog = Callable[[], str]
ALICE, BOB = "alice@example.com", "bob@example.com"


@pytest.fixture
def owner(lakehouse: Lakehouse) -> WorkspaceClient:
    """The owner of the test's catalogs."""
    return lakehouse.client("deployer")


def test_a_grant_is_echoed_in_canonical_spelling(owner: WorkspaceClient, make_catalog: MakeCatalog) -> None:
    """Terraform waits until what it reads is what it sent, with underscores in upper case."""
    path = f"/api/2.1/unity-catalog/permissions/catalog/{make_catalog()}"
    changes = [{"principal": "data-scientists", "add": ["USE CATALOG", "select", "USE_SCHEMA"]}]
    owner.api_client.do("PATCH", path, body={"changes": changes})
    expected = [{"principal": "data-scientists", "privileges": ["SELECT", "USE_CATALOG", "USE_SCHEMA"]}]
    assert owner.api_client.do("GET", path) == {"privilege_assignments": expected}
    changes = [{"principal": "data-scientists", "remove": ["SELECT", "USE CATALOG", "USE_SCHEMA"]}]
    owner.api_client.do("PATCH", path, body={"changes": changes})
    assert owner.api_client.do("GET", path) == {"privilege_assignments": []}


@pytest.mark.parametrize("spelling", ["catalog", "CATALOG", str(SecurableType.CATALOG)])
def test_every_spelling_of_a_type_is_understood(
    owner: WorkspaceClient, make_catalog: MakeCatalog, spelling: str
) -> None:
    """The provider sends lower case, the SDK upper case or the enumeration's name."""
    name = make_catalog()
    grant(owner, spelling, name, "data-scientists", "BROWSE")
    assert owner.grants.get(spelling, name).privilege_assignments


def test_a_model_is_granted_on_as_a_function(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """Clients call registered models functions when they ask for permissions."""
    catalog = make_catalog()
    owner.registered_models.create(catalog_name=catalog, schema_name="flights", name="arrival_delay")
    model = f"{catalog}.flights.arrival_delay"
    grant(owner, "FUNCTION", model, ALICE, "EXECUTE")
    with pytest.raises(PermissionDenied, match="USE CATALOG"):
        lakehouse.client(ALICE).registered_models.get(model)
    grant(owner, "catalog", catalog, "everyone-in-science", "USE_CATALOG", "USE_SCHEMA")
    found = lakehouse.client(ALICE).registered_models.get(model)
    assert (found.full_name, found.owner) == (model, lakehouse.name("deployer"))
    effective = lakehouse.client(ALICE).grants.get_effective("function", model).privilege_assignments or []
    assert [each.principal for each in effective] == [ALICE]


@pytest.mark.parametrize(
    ("kind", "privilege"),
    [("schema", "USE_CATALOG"), ("schema", "BROWSE"), ("catalog", "CREATE_CATALOG"), ("metastore", "SELECT")],
)
def test_a_privilege_that_a_type_does_not_have_is_refused(
    lakehouse: Lakehouse, make_catalog: MakeCatalog, kind: str, privilege: str
) -> None:
    """Nobody is left in the belief that it had an effect."""
    catalog = make_catalog()
    names = {"schema": f"{catalog}.flights", "catalog": catalog, "metastore": lakehouse.metastore_id}
    with _metastore_admin(lakehouse), pytest.raises(BadRequest, match=f"{privilege} is not applicable"):
        grant(lakehouse.client(BOB), kind, names[kind], ALICE, privilege)


def test_only_principals_of_the_account_are_granted_to(
    owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """A workspace-local or unknown name is refused."""
    with pytest.raises(NotFound, match="Could not find principal with name admins-of-dev"):
        grant(owner, "catalog", make_catalog(), "admins-of-dev", "USE_CATALOG")


def test_inherited_privileges_are_told_with_their_source(
    owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """Effective permissions name the catalog that a table's readers were granted on."""
    catalog = make_catalog()
    grant(owner, "catalog", catalog, "data-scientists", "SELECT", "USE_CATALOG")
    found = owner.grants.get_effective("schema", f"{catalog}.flights").privilege_assignments or []
    (assignment,) = found
    (privilege,) = assignment.privileges or []
    assert privilege.inherited_from_name == catalog
    assert privilege.inherited_from_type == SecurableType.CATALOG
    assert privilege.privilege is not None
    assert privilege.privilege.value == "SELECT"


def test_rights_reach_the_members_of_a_groups_groups(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """Alice is in data-scientists, which is in everyone-in-science; bob is in neither."""
    catalog = make_catalog()
    grant(owner, "catalog", catalog, "everyone-in-science", "USE_CATALOG")
    assert lakehouse.client(ALICE).catalogs.get(catalog).name == catalog
    with pytest.raises(PermissionDenied):
        lakehouse.client(BOB).catalogs.get(catalog)
    revoke(owner, "catalog", catalog, "everyone-in-science", "USE_CATALOG")
    with pytest.raises(PermissionDenied):
        lakehouse.client(ALICE).catalogs.get(catalog)


def test_a_new_group_of_an_old_name_inherits_nothing(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """Grants are the principal's, not its name's."""
    directory, catalog = lakehouse.account.directory, make_catalog()
    old = directory.create("group", {"displayName": "project-x"})
    grant(owner, "catalog", catalog, "project-x", "USE_CATALOG")
    directory.delete(old["id"])
    assert not owner.grants.get("catalog", catalog).privilege_assignments
    members = [lakehouse.ids[BOB]]
    new = directory.create("group", {"displayName": "project-x", "members": members})
    with pytest.raises(PermissionDenied):
        lakehouse.client(BOB).catalogs.get(catalog)
    directory.delete(new["id"])


def test_only_who_manages_may_grant(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """ALL PRIVILEGES is not MANAGE; MANAGE may grant, and see everybody's grants."""
    catalog, alice = make_catalog(), lakehouse.client(ALICE)
    grant(owner, "catalog", catalog, ALICE, "ALL_PRIVILEGES")
    grant(owner, "catalog", catalog, "data-scientists", "BROWSE")
    grant(owner, "catalog", catalog, BOB, "BROWSE")
    with pytest.raises(PermissionDenied, match="MANAGE on Catalog"):
        grant(alice, "catalog", catalog, ALICE, "MANAGE")
    shown = alice.grants.get("catalog", catalog).privilege_assignments or []
    assert {each.principal for each in shown} == {ALICE, "data-scientists"}
    grant(owner, "catalog", catalog, ALICE, "MANAGE")
    grant(alice, "schema", f"{catalog}.flights", BOB, "USE_SCHEMA")
    shown = alice.grants.get("catalog", catalog).privilege_assignments or []
    assert {each.principal for each in shown} == {ALICE, BOB, "data-scientists"}


def test_a_workspace_admin_has_no_right_on_data(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """Being admin of the workspace opens neither catalogs nor volumes."""
    catalog = make_catalog()
    owner.volumes.create(catalog, "flights", "artifacts", VolumeType.MANAGED)
    directory = lakehouse.account.directory
    directory.assign(lakehouse.dev, lakehouse.ids[BOB], ["ADMIN"])
    try:
        for read in (
            lambda: lakehouse.client(BOB).catalogs.get(catalog),
            lambda: lakehouse.client(BOB).volumes.read(f"{catalog}.flights.artifacts"),
            lambda: list(
                lakehouse.client(BOB).files.list_directory_contents(f"/Volumes/{catalog}/flights/artifacts")
            ),
        ):
            with pytest.raises(PermissionDenied):
                read()
    finally:
        directory.assign(lakehouse.dev, lakehouse.ids[BOB], ["USER"])


def test_a_metastore_admin_manages_and_does_not_read(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """The admin may give itself access, and has none before it did."""
    catalog, admin = make_catalog(), lakehouse.client(BOB)
    owner.volumes.create(catalog, "flights", "artifacts", VolumeType.MANAGED)
    with _metastore_admin(lakehouse):
        assert admin.volumes.read(f"{catalog}.flights.artifacts").name == "artifacts"
        with pytest.raises(PermissionDenied):
            list(admin.files.list_directory_contents(f"/Volumes/{catalog}/flights/artifacts"))
        grant(admin, "catalog", catalog, BOB, "USE_CATALOG", "USE_SCHEMA", "READ_VOLUME")
        assert list(admin.files.list_directory_contents(f"/Volumes/{catalog}/flights/artifacts")) == []


def test_browse_shows_a_description_and_nothing_else(
    lakehouse: Lakehouse, owner: WorkspaceClient, make_catalog: MakeCatalog
) -> None:
    """Only to who asks for what it may merely browse."""
    catalog, alice = make_catalog(), lakehouse.client(ALICE)
    grant(owner, "catalog", catalog, ALICE, "BROWSE")
    assert alice.schemas.get(f"{catalog}.flights", include_browse=True).browse_only
    with pytest.raises(PermissionDenied):
        alice.schemas.get(f"{catalog}.flights")
    assert "flights" in [each.name for each in alice.schemas.list(catalog, include_browse=True)]
    with pytest.raises(PermissionDenied):
        alice.schemas.create("mine", catalog)


class _metastore_admin:  # noqa: N801 (used as a function)
    """While it lasts, bob is in the group that owns the metastore."""

    def __init__(self, lakehouse: Lakehouse) -> None:
        self._directory = lakehouse.account.directory
        self._group = self._directory.get(lakehouse.ids["platform-admins"])
        self._member = lakehouse.ids[BOB]

    def __enter__(self) -> None:
        self._directory.update(self._group | {"members": [self._member]})

    def __exit__(self, *_: Any) -> None:
        self._directory.update(self._group)
