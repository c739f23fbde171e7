"""Metastores and their assignment to workspaces, through the SDK."""

from __future__ import annotations

import pytest
from databricks.sdk import AccountClient
from databricks.sdk.errors import NotFound, ResourceConflict
from databricks.sdk.errors.platform import BadRequest
from databricks.sdk.service import catalog

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Workspace


def _create(account_client: AccountClient, name: str) -> catalog.MetastoreInfo:
    created = account_client.metastores.create(metastore_info=catalog.CreateAccountsMetastore(name=name))
    assert created.metastore_info
    return created.metastore_info


def test_a_metastore_is_created_changed_and_deleted(account_client: AccountClient) -> None:
    """Its creator owns it, until it belongs to a group; names are unique."""
    info = _create(account_client, "first")
    assert info.metastore_id
    assert info.owner == info.created_by == account_client.config.client_id
    with pytest.raises(ResourceConflict, match="'first' already exists"):
        _create(account_client, "first")
    account_client.groups.create(display_name="metastore-admins")
    change = catalog.UpdateAccountsMetastore(owner="metastore-admins")
    account_client.metastores.update(info.metastore_id, metastore_info=change)
    read = account_client.metastores.get(info.metastore_id).metastore_info
    assert read
    assert read.owner == "metastore-admins"
    with pytest.raises(NotFound, match="no-group"):
        account_client.metastores.update(
            info.metastore_id, metastore_info=catalog.UpdateAccountsMetastore(owner="no-group")
        )
    account_client.metastores.delete(info.metastore_id)
    with pytest.raises(NotFound):
        account_client.metastores.get(info.metastore_id)


def test_a_workspace_uses_one_metastore(
    local_account: LocalAccount, account_client: AccountClient, workspace: Workspace
) -> None:
    """Assignment is read back from both ends; a used metastore is only deleted by force."""
    info = _create(account_client, "used")
    assert info.metastore_id
    with pytest.raises(NotFound, match="No metastore assigned"):
        account_client.metastore_assignments.get(workspace.id)
    account_client.metastore_assignments.create(workspace.id, info.metastore_id)
    assignment = account_client.metastore_assignments.get(workspace.id).metastore_assignment
    assert assignment
    assert assignment.metastore_id == info.metastore_id
    assert list(account_client.metastore_assignments.list(info.metastore_id)) == [workspace.id]
    used = local_account.account.metastore_of(workspace.id)
    assert used
    assert used["name"] == "used"
    with pytest.raises(BadRequest, match="use force"):
        account_client.metastores.delete(info.metastore_id)
    account_client.metastore_assignments.delete(workspace.id, info.metastore_id)
    assert local_account.account.metastore_of(workspace.id) is None
    account_client.metastore_assignments.create(workspace.id, info.metastore_id)
    account_client.metastores.delete(info.metastore_id, force=True)
    assert local_account.account.metastore_of(workspace.id) is None


def test_both_ends_of_an_assignment_must_exist(account_client: AccountClient, workspace: Workspace) -> None:
    """Neither an unknown metastore nor an unknown workspace is assigned."""
    info = _create(account_client, "lonely")
    assert info.metastore_id
    with pytest.raises(NotFound, match="'none' does not exist"):
        account_client.metastore_assignments.create(workspace.id, "none")
    with pytest.raises(NotFound, match="Workspace 7 not found"):
        account_client.metastore_assignments.create(7, info.metastore_id)
