"""Which credentials open which door, through the SDK."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.errors.platform import Unauthenticated

from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.platform import LocalAccount
from infra.local.workspace.store import Store
from tests.infra.local.workspace.members import Member, Workspace


def _workspace_client(workspace: Workspace, token: str) -> WorkspaceClient:
    return WorkspaceClient(host=workspace.url, token=token)


def test_oauth_opens_account_and_workspace(
    local_account: LocalAccount, account_client: AccountClient, workspace: Workspace
) -> None:
    """One client id and secret are good for both, each with a token of its own."""
    assert workspace.client.current_user.me().display_name == "first-principal"
    assert [w.workspace_id for w in account_client.workspaces.list()] == [workspace.id]
    assert account_client.config.account_id == local_account.account_id


def test_a_wrong_secret_opens_nothing(local_account: LocalAccount, workspace: Workspace) -> None:
    """Neither a made-up secret, nor a made-up client, nor another principal's secret."""
    first = local_account.first_principal()
    other = workspace.add_service_principal().principal
    for client_id, secret in (
        (first.client_id, "dose0123"),
        (str(uuid.uuid4()), first.client_secret),
        (other.name, first.client_secret),
    ):
        client = WorkspaceClient(host=workspace.url, client_id=client_id, client_secret=secret)
        with pytest.raises(Exception, match="invalid_client"):
            client.current_user.me()


def test_a_secret_of_who_is_not_in_the_workspace_is_refused(
    local_account: LocalAccount, workspace: Workspace
) -> None:
    """The credentials are right, and the workspace does not let the principal in."""
    robot = local_account.directory.create("service_principal", {"displayName": "outsider"})
    secret, _ = local_account.tokens.create_secret(robot["id"])
    client = WorkspaceClient(host=workspace.url, client_id=robot["applicationId"], client_secret=secret)
    with pytest.raises(Exception, match="not assigned to this workspace"):
        client.current_user.me()


def test_a_token_expires(
    local_account: LocalAccount, workspace: Workspace, make_user: Callable[..., Member]
) -> None:
    """A token whose time is over is worth as much as one that never was."""
    ann = make_user().principal
    late = local_account.tokens.issue(ann.id, workspace.id, lifetime_seconds=-1)
    for token in (late, "dapi0123", "x" * 5000):
        with pytest.raises(Unauthenticated, match="Invalid access token"):
            _workspace_client(workspace, token).current_user.me()
    fresh = local_account.tokens.issue(ann.id, workspace.id, lifetime_seconds=60)
    assert _workspace_client(workspace, fresh).current_user.me().user_name == ann.name


def test_a_token_is_good_at_one_site(
    local_account: LocalAccount, account_client: AccountClient, workspace: Workspace
) -> None:
    """Another workspace's token and the account's are refused, and a workspace's at the account."""
    other = Workspace(local_account, account_client, "other")
    chief = workspace.add_user(admin=True).principal
    for site in (other.id, None):
        token = local_account.tokens.issue(chief.id, site, lifetime_seconds=None)
        with pytest.raises(Unauthenticated, match="Invalid access token"):
            _workspace_client(workspace, token).current_user.me()
    token = local_account.tokens.issue(chief.id, workspace.id, lifetime_seconds=None)
    client = AccountClient(host=local_account.host, account_id=local_account.account_id, token=token)
    with pytest.raises(Unauthenticated):
        list(client.workspaces.list())
    account_client.workspaces.delete(other.id)


def test_an_inactive_principal_is_out(
    local_account: LocalAccount, workspace: Workspace, make_service_principal: Callable[..., Member]
) -> None:
    """Its token and its secret stop working at once, and work again when it is active again."""
    robot = make_service_principal()
    secret, _ = local_account.tokens.create_secret(robot.principal.id)
    document = local_account.directory.get(robot.principal.id)
    local_account.directory.update({**document, "active": False})
    with pytest.raises(Unauthenticated, match="inactive"):
        robot.client.current_user.me()
    late = WorkspaceClient(host=workspace.url, client_id=robot.principal.name, client_secret=secret)
    with pytest.raises(Exception, match="access_denied"):
        late.current_user.me()
    local_account.directory.update({**document, "active": True})
    assert robot.client.current_user.me().active


def test_a_revoked_token_is_worthless(
    local_account: LocalAccount, workspace: Workspace, make_user: Callable[..., Member]
) -> None:
    """Revoking one token leaves the principal's others alone."""
    ann = make_user()
    token = local_account.tokens.issue(ann.principal.id, workspace.id, lifetime_seconds=None)
    client = _workspace_client(workspace, token)
    assert client.current_user.me().active
    local_account.tokens.revoke(token)
    with pytest.raises(Unauthenticated):
        client.current_user.me()
    assert ann.client.current_user.me().active


def test_a_secret_expires_and_only_hashes_are_kept(tmp_path: Path) -> None:
    """A secret's lifetime counts; neither it nor a token stands in the store's file."""
    store = Store(tmp_path / "store.db")
    tokens = Tokens(store)
    robot = Directory(store).create("service_principal", {"displayName": "robot"})
    late, _ = tokens.create_secret(robot["id"], lifetime_seconds=-1)
    good, _ = tokens.create_secret(robot["id"])
    token = tokens.issue(robot["id"], None, lifetime_seconds=None)
    assert not tokens.check_secret(robot["id"], late)
    assert tokens.check_secret(robot["id"], good)
    assert len(tokens.list_secrets(robot["id"])) == 1
    store.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert robot["applicationId"].encode() in kept
    assert good.encode() not in kept
    assert token.encode() not in kept
