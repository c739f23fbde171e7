"""Workspaces and who is let into them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.errors import NotFound, PermissionDenied, ResourceAlreadyExists
from databricks.sdk.errors.platform import InvalidParameterValue, Unauthenticated
from databricks.sdk.service import iam, provisioning

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Member, Workspace


def test_a_created_workspace_runs_and_its_creator_is_its_admin(workspace: Workspace) -> None:
    """A workspace answers at its URL as soon as it is created, and its creator administers it."""
    me = workspace.client.current_user.me()
    assert me.active
    assert {group.display for group in me.groups or []} == {"users", "admins"}
    assert workspace.url.startswith("http://127.0.0.1:")


def test_a_workspace_is_listed_with_its_status(account_client: AccountClient, workspace: Workspace) -> None:
    """Get and list describe a workspace as running."""
    listed = {w.workspace_id: w for w in account_client.workspaces.list()}
    assert listed[workspace.id].workspace_status is provisioning.WorkspaceStatus.RUNNING
    assert account_client.workspaces.get(workspace.id).workspace_name == "workspace"


def test_tags_change_and_the_region_does_not(account_client: AccountClient, workspace: Workspace) -> None:
    """What can be updated is; the rest is refused by name."""
    tagged = provisioning.Workspace(custom_tags={"team": "flights"})
    account_client.workspaces.update(workspace.id, tagged, update_mask="custom_tags").result()
    assert account_client.workspaces.get(workspace.id).custom_tags == {"team": "flights"}
    with pytest.raises(InvalidParameterValue, match="aws_region"):
        account_client.workspaces.update(
            workspace.id, provisioning.Workspace(aws_region="eu-west-1"), update_mask="aws_region"
        )


def test_a_taken_name_and_cloud_resources_are_refused(
    account_client: AccountClient, workspace: Workspace
) -> None:
    """Names are unique, and nothing is made of cloud resources that do not exist."""
    assert workspace.id
    with pytest.raises(ResourceAlreadyExists, match="workspace exists already"):
        account_client.workspaces.create(workspace_name="workspace")
    with pytest.raises(InvalidParameterValue, match="credentials_id"):
        account_client.workspaces.create(workspace_name="other", credentials_id="c-1")


def test_a_deleted_workspace_is_gone(local_account: LocalAccount, account_client: AccountClient) -> None:
    """After deletion the account does not know it and its port does not answer."""
    doomed = Workspace(local_account, account_client, "doomed")
    account_client.workspaces.delete(doomed.id)
    with pytest.raises(NotFound):
        account_client.workspaces.get(doomed.id)
    assert local_account.directory.assignments(doomed.id) == {}
    again = Workspace(local_account, account_client, "doomed")
    assert again.id != doomed.id


def test_only_account_admins_change_the_account(
    local_account: LocalAccount, make_user: Callable[..., Member]
) -> None:
    """A workspace's admin is nobody at the account, and learns nothing of what exists."""
    principal, _ = make_user(admin=True)
    token = local_account.tokens.issue(principal.id, None, lifetime_seconds=None)
    client = AccountClient(host=local_account.host, account_id=local_account.account_id, token=token)
    for call in (
        lambda: list(client.workspaces.list()),
        lambda: client.workspaces.get(1),
        lambda: client.workspaces.create(workspace_name="mine"),
        lambda: client.workspace_assignment.update(1, 2, permissions=[iam.WorkspacePermission.ADMIN]),
        lambda: list(client.metastores.list()),
        lambda: list(client.users.list()),
    ):
        with pytest.raises(PermissionDenied, match="not an account admin"):
            call()


def test_who_is_not_assigned_does_not_get_in(
    local_account: LocalAccount, account_client: AccountClient, workspace: Workspace
) -> None:
    """Neither a user of the account without assignment, nor one whose assignment was taken away."""
    user = account_client.users.create(user_name="stranger@example.com")
    assert user.id
    token = local_account.tokens.issue(user.id, workspace.id, lifetime_seconds=None)
    client = WorkspaceClient(host=workspace.url, token=token)
    with pytest.raises(Unauthenticated):
        client.current_user.me()
    levels = [iam.WorkspacePermission.USER]
    account_client.workspace_assignment.update(workspace.id, int(user.id), permissions=levels)
    assert client.current_user.me().user_name == "stranger@example.com"
    account_client.workspace_assignment.delete(workspace.id, int(user.id))
    with pytest.raises(Unauthenticated):
        client.current_user.me()
    with pytest.raises(NotFound):
        account_client.workspace_assignment.delete(workspace.id, int(user.id))


def test_assignments_are_listed_by_kind(
    account_client: AccountClient,
    workspace: Workspace,
    make_user: Callable[..., Member],
    make_group: Callable[..., object],
) -> None:
    """Each assignment names its principal as what it is, with what it may."""
    make_user("admin@example.com", admin=True)
    make_group(name="readers")
    listed = {
        a.principal.group_name or a.principal.user_name or a.principal.service_principal_name: a.permissions
        for a in account_client.workspace_assignment.list(workspace.id)
        if a.principal
    }
    assert listed["admin@example.com"] == [iam.WorkspacePermission.ADMIN]
    assert listed["readers"] == [iam.WorkspacePermission.USER]


def test_an_empty_assignment_takes_access_away(
    account_client: AccountClient, workspace: Workspace, make_user: Callable[..., Member]
) -> None:
    """Permissions are replaced as a whole: none at all is the end of the assignment."""
    principal, client = make_user()
    account_client.workspace_assignment.update(workspace.id, int(principal.id), permissions=[])
    with pytest.raises(Unauthenticated):
        client.current_user.me()


def test_an_unknown_principal_or_workspace_is_not_assigned(
    account_client: AccountClient, workspace: Workspace
) -> None:
    """An assignment needs both of its ends."""
    levels = [iam.WorkspacePermission.USER]
    with pytest.raises(NotFound, match="77"):
        account_client.workspace_assignment.update(workspace.id, 77, permissions=levels)
    with pytest.raises(NotFound, match="78"):
        account_client.workspace_assignment.update(78, 77, permissions=levels)
