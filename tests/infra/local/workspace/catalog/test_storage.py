"""Cloud storage is opened by credentials and kept in locations, each for who may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.core import DatabricksError
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied
from databricks.sdk.service.catalog import (
    AwsIamRoleRequest,
    AzureManagedIdentityRequest,
    DatabricksGcpServiceAccountRequest,
    IsolationMode,
    WorkspaceBinding,
    WorkspaceBindingBindingType,
)

from tests.infra.local.workspace.catalog.granting import grant, metastore_admin
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

ROLE = "arn:aws:iam::123456789012:role/lake"
ALICE = "alice@example.com"


@pytest.fixture
def owner(lakehouse: Lakehouse) -> Iterator[WorkspaceClient]:
    """The deployer, with a credential `key` and a location `lake` at s3://lake/unity."""
    with metastore_admin(lakehouse) as admin:
        deployer = lakehouse.name("deployer")
        privileges = ("CREATE_STORAGE_CREDENTIAL", "CREATE_EXTERNAL_LOCATION")
        grant(admin, "metastore", lakehouse.metastore_id, deployer, *privileges)
    client = lakehouse.client("deployer")
    client.storage_credentials.create("key", aws_iam_role=AwsIamRoleRequest(ROLE))
    client.external_locations.create("lake", "s3://lake/unity", "key")
    yield client
    for location in client.external_locations.list():
        client.external_locations.delete(str(location.name), force=True)
    for credential in client.storage_credentials.list():
        client.storage_credentials.delete(str(credential.name), force=True)


def test_a_credential_tells_what_its_cloud_must_know(owner: WorkspaceClient) -> None:
    """AWS trusts by an external id that a new role keeps; the others are told an identity."""
    made = owner.storage_credentials.get("key").aws_iam_role
    assert made is not None
    assert made.external_id
    assert made.unity_catalog_iam_arn
    changed = owner.storage_credentials.update("key", aws_iam_role=AwsIamRoleRequest(f"{ROLE}-2"))
    assert changed.aws_iam_role is not None
    assert changed.aws_iam_role.role_arn == f"{ROLE}-2"
    assert changed.aws_iam_role.external_id == made.external_id
    azure = AzureManagedIdentityRequest("/subscriptions/s/accessConnectors/c")
    identity = owner.storage_credentials.create("azure", azure_managed_identity=azure).azure_managed_identity
    assert identity is not None
    assert identity.credential_id
    google = DatabricksGcpServiceAccountRequest()
    account = owner.storage_credentials.create("google", databricks_gcp_service_account=google)
    assert account.databricks_gcp_service_account is not None
    assert account.databricks_gcp_service_account.email


def test_making_them_wants_a_privilege_each(lakehouse: Lakehouse, owner: WorkspaceClient) -> None:
    """A location wants one on the metastore and one on its credential, whose owner has it."""
    alice = lakehouse.client(ALICE)
    with pytest.raises(PermissionDenied, match="CREATE STORAGE CREDENTIAL"):
        alice.storage_credentials.create("hers", aws_iam_role=AwsIamRoleRequest(ROLE))
    with pytest.raises(PermissionDenied, match="CREATE EXTERNAL LOCATION on Metastore"):
        alice.external_locations.create("hers", "s3://hers", "key")
    with metastore_admin(lakehouse) as admin:
        grant(admin, "metastore", lakehouse.metastore_id, ALICE, "CREATE_EXTERNAL_LOCATION")
    with pytest.raises(PermissionDenied, match="CREATE EXTERNAL LOCATION on Storage Credential"):
        alice.external_locations.create("hers", "s3://hers", "key")
    grant(owner, "storage_credential", "key", ALICE, "CREATE_EXTERNAL_LOCATION")
    assert alice.external_locations.create("hers", "s3://hers", "key").owner == ALICE


def test_nobody_else_sees_them(lakehouse: Lakehouse, owner: WorkspaceClient) -> None:
    """Without a privilege they are refused, and not listed."""
    bob = lakehouse.client("bob@example.com")
    with pytest.raises(PermissionDenied):
        bob.external_locations.get("lake")
    assert list(bob.storage_credentials.list()) == []
    assert [item.name for item in owner.external_locations.list()] == ["lake"]
    with pytest.raises(NotFound):
        owner.external_locations.get("pond")


def test_locations_do_not_overlap(owner: WorkspaceClient) -> None:
    """Neither inside one another nor around; beside is fine, and a moved one counts where it is."""
    locations = owner.external_locations
    for url in ("s3://lake/unity", "s3://lake", "s3://lake/unity/deep/"):
        with pytest.raises(BadRequest, match="overlaps"):
            locations.create("other", url, "key")
    locations.create("other", "s3://lake/unity2", "key")
    with pytest.raises(BadRequest, match="overlaps"):
        locations.update("other", url="s3://lake/unity/deep")
    locations.update("lake", url="s3://lake/moved")
    assert locations.update("other", url="s3://lake/unity/deep").url == "s3://lake/unity/deep"


def test_a_catalog_s_root_lies_in_a_location(lakehouse: Lakehouse, owner: WorkspaceClient) -> None:
    """Of which managed storage may be made, by its owner or who is granted that."""
    with pytest.raises(BadRequest, match="No external location"):
        owner.catalogs.create("rooted", storage_root="s3://elsewhere")
    assert owner.catalogs.create("rooted", storage_root="s3://lake/unity/rooted").name == "rooted"
    grant(owner, "catalog", "rooted", ALICE, "USE_CATALOG", "CREATE_SCHEMA")
    alice = lakehouse.client(ALICE)
    with pytest.raises(PermissionDenied, match="CREATE MANAGED STORAGE"):
        alice.schemas.create("hers", "rooted", storage_root="s3://lake/unity/hers")
    grant(owner, "external_location", "lake", ALICE, "CREATE_MANAGED_STORAGE")
    alice.schemas.create("hers", "rooted", storage_root="s3://lake/unity/hers")
    owner.catalogs.delete("rooted", force=True)


def test_what_is_used_stays(owner: WorkspaceClient) -> None:
    """A credential with locations and a location with a catalog go by force alone."""
    owner.catalogs.create("rooted", storage_root="s3://lake/unity")
    with pytest.raises(BadRequest, match="used by External Location 'lake'"):
        owner.storage_credentials.delete("key")
    with pytest.raises(BadRequest, match="used by Catalog 'rooted'"):
        owner.external_locations.delete("lake")
    owner.catalogs.delete("rooted", force=True)
    owner.external_locations.delete("lake")
    owner.storage_credentials.delete("key")


def test_an_isolated_one_is_its_workspaces(lakehouse: Lakehouse, owner: WorkspaceClient) -> None:
    """Isolated, it is reached only where it is bound."""
    there = lakehouse.client("deployer", lakehouse.prod)
    owner.external_locations.update("lake", isolation_mode=IsolationMode.ISOLATION_MODE_ISOLATED)
    binding = WorkspaceBinding(lakehouse.dev, WorkspaceBindingBindingType.BINDING_TYPE_READ_WRITE)
    owner.workspace_bindings.update_bindings("external_location", "lake", add=[binding])
    assert owner.external_locations.get("lake").url == "s3://lake/unity"
    with pytest.raises(PermissionDenied, match="External Location 'lake' is not accessible"):
        there.external_locations.get("lake")
    with pytest.raises(PermissionDenied, match="not accessible"):
        there.catalogs.create("rooted", storage_root="s3://lake/unity")


def test_names_are_their_own(owner: WorkspaceClient) -> None:
    """A location called like a catalog, or like the system's, is none."""
    owner.external_locations.create("system", "s3://system", "key")
    owner.catalogs.create("lake")
    assert owner.external_locations.get("lake").url == "s3://lake/unity"
    assert owner.external_locations.get("system").url == "s3://system"
    grant(owner, "external_location", "system", ALICE, "WRITE_FILES")
    owner.catalogs.delete("lake", force=True)


def test_what_is_not_one_cloud_s_is_told(owner: WorkspaceClient) -> None:
    """A credential is of exactly one of the clouds that are served."""
    with pytest.raises(DatabricksError, match="is served locally as"):
        owner.storage_credentials.create("none")
    aws, google = AwsIamRoleRequest(ROLE), DatabricksGcpServiceAccountRequest()
    with pytest.raises(BadRequest, match="is one of"):
        owner.storage_credentials.create("both", aws_iam_role=aws, databricks_gcp_service_account=google)
