"""What every request is asked first, and what becomes of routes that are not served."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from databricks.sdk import AccountClient
from databricks.sdk.errors import NotFound, platform

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Member, Workspace


@pytest.mark.parametrize("path", ["/api/2.0/preview/scim/v2/Me", "/api/2.0/no/such/route", "/"])
@pytest.mark.parametrize("authorization", [None, "Basic YTpi", "Bearer", "Bearer dapi0"])
def test_without_a_token_there_is_no_answer(
    workspace: Workspace, path: str, authorization: str | None
) -> None:
    """401 for served and unserved routes alike, before anything else."""
    headers = {"Authorization": authorization} if authorization else {}
    answer = httpx.get(f"{workspace.url}{path}", headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "UNAUTHENTICATED")


def test_an_unserved_route_names_itself(make_user: Callable[..., Member]) -> None:
    """501 with the method and the path, never a made-up success."""
    ann = make_user()
    with pytest.raises(platform.NotImplemented, match=r"GET /api/2\.0/token/list is not served locally"):
        list(ann.client.tokens.list())
    with pytest.raises(platform.NotImplemented, match=r"PUT /api/2\.0/preview/scim/v2/Me "):
        ann.client.api_client.do("PUT", "/api/2.0/preview/scim/v2/Me")


def test_a_site_serves_its_own_routes_only(local_account: LocalAccount, workspace: Workspace) -> None:
    """The account's API is not at a workspace, nor another account's at this one."""
    with pytest.raises(platform.NotImplemented):
        workspace.client.api_client.do("GET", f"/api/2.0/accounts/{local_account.account_id}/workspaces")
    token = local_account.tokens.issue(
        local_account.directory.all("service_principal")[0]["id"], None, lifetime_seconds=None
    )
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{local_account.host}/api/2.0/accounts/other/workspaces", headers=headers)
    assert answer.status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_refused(workspace: Workspace, body: bytes) -> None:
    """400 that says so."""
    headers = workspace.client.config.authenticate()
    answer = httpx.post(f"{workspace.url}/api/2.0/secrets/scopes/create", headers=headers, content=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    """The same hosts, principals, credentials and files as before."""
    account = LocalAccount(tmp_path)
    account.start()
    first = account.first_principal()
    client = AccountClient(
        host=account.host,
        account_id=account.account_id,
        client_id=first.client_id,
        client_secret=first.client_secret,
    )
    workspace = Workspace(account, client, "kept")
    ann = workspace.add_user()
    ann.client.workspace.mkdirs("/Shared/kept")
    host = account.host
    account.stop()
    account = LocalAccount(tmp_path)
    account.start()
    try:
        assert account.host == host
        assert ann.client.workspace.get_status("/Shared/kept").path == "/Shared/kept"
        assert workspace.client.current_user.me().active
        with pytest.raises(NotFound):
            ann.client.workspace.get_status("/Shared/none")
    finally:
        account.stop()
