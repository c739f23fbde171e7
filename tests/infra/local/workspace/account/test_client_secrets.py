"""OAuth secrets of service principals, at the account and through a workspace."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.errors.platform import InvalidParameterValue, ResourceExhausted

from tests.infra.local.workspace.members import Member, Workspace


def test_a_new_secret_opens_the_workspace_until_it_is_deleted(
    account_client: AccountClient, workspace: Workspace, make_service_principal: Callable[..., Member]
) -> None:
    """The secret is shown once, works as OAuth credential, and not after its end."""
    robot = make_service_principal()
    api = account_client.service_principal_secrets
    created = api.create(robot.principal.id)
    assert created.secret
    assert created.id
    client = WorkspaceClient(host=workspace.url, client_id=robot.principal.name, client_secret=created.secret)
    assert client.current_user.me().user_name == robot.principal.name
    assert [(secret.id, secret.status) for secret in api.list(robot.principal.id)] == [(created.id, "ACTIVE")]
    api.delete(robot.principal.id, created.id)
    assert list(api.list(robot.principal.id)) == []
    late = WorkspaceClient(host=workspace.url, client_id=robot.principal.name, client_secret=created.secret)
    with pytest.raises(Exception, match="invalid_client"):
        late.current_user.me()
    with pytest.raises(NotFound):
        api.delete(robot.principal.id, created.id)


def test_a_lifetime_is_kept(
    account_client: AccountClient, make_service_principal: Callable[..., Member]
) -> None:
    """730 days unless said otherwise; a malformed one is refused, and so is a sixth secret."""
    robot = make_service_principal()
    api = account_client.service_principal_secrets
    created = [api.create(robot.principal.id, lifetime="3600s"), api.create(robot.principal.id)]
    hour, years = (f"{secret.expire_time}" for secret in created)
    assert hour < years
    with pytest.raises(InvalidParameterValue, match="like 3600s"):
        api.create(robot.principal.id, lifetime="1h")
    for _ in range(3):
        api.create(robot.principal.id)
    with pytest.raises(ResourceExhausted, match="5 secrets already"):
        api.create(robot.principal.id)


def test_through_a_workspace_its_admins_make_secrets(
    account_client: AccountClient,
    workspace: Workspace,
    make_user: Callable[..., Member],
    make_service_principal: Callable[..., Member],
) -> None:
    """For the service principals that are in it; others look alike, and users make none."""
    ann, chief, robot = make_user(), make_user(admin=True), make_service_principal()
    stranger = account_client.service_principals.create(display_name="stranger")
    assert stranger.id
    api = chief.client.service_principal_secrets_proxy
    secret = api.create(robot.principal.id)
    assert secret.id
    assert [found.id for found in api.list(robot.principal.id)] == [secret.id]
    api.delete(robot.principal.id, secret.id)
    for id_ in (stranger.id, "404"):
        with pytest.raises(PermissionDenied):
            api.create(id_)
    for member in (ann, robot):
        with pytest.raises(PermissionDenied):
            member.client.service_principal_secrets_proxy.create(robot.principal.id)
    assert workspace.id
