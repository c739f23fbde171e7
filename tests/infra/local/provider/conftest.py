"""An account with one workspace, and the provider in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local.provider.client import Api
from infra.local.provider.server import ProviderServer
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.provider.terraform import Terraform
from tests.infra.local.workspace.repos.repository import Repository


@dataclass
class Site:
    """Where the tests deploy to: an account, its workspace, who deploys, and a repository to clone."""

    account: Api
    workspace: Api
    workspace_id: int
    account_block: dict[str, Any]
    workspace_block: dict[str, Any]
    repository: str = ""


@pytest.fixture(scope="session")
def provider_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that keeps the derived schemas for all tests."""
    return tmp_path_factory.mktemp("provider")


@pytest.fixture(scope="module")
def provider(provider_cache: Path) -> Iterator[ProviderServer]:
    """A provider that serves."""
    with ProviderServer(cache_dir=provider_cache) as server:
        yield server


@pytest.fixture
def terraform(tmp_path: Path, provider: ProviderServer) -> Terraform:
    """Terraform in a new folder."""
    return Terraform(tmp_path, provider.reattach())


@pytest.fixture(scope="module")
def site(local_account: LocalAccount, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The account with a metastore and a workspace that it is assigned to."""
    first = local_account.first_principal()
    credentials = {"client_id": first.client_id, "client_secret": first.client_secret}
    account_block = {"host": local_account.host, "account_id": local_account.account_id, **credentials}
    account = Api(account_block)
    workspace_id, host = make_workspace(account, "dev")
    _assign_metastore(account, workspace_id)
    workspace_block = {"host": host, **credentials}
    repository = Repository(tmp_path_factory.mktemp("repository")).url
    return Site(account, Api(workspace_block), workspace_id, account_block, workspace_block, repository)


def make_workspace(account: Api, name: str) -> tuple[int, str]:
    """A new workspace's id and host."""
    root = f"/api/2.0/accounts/{account.account_id}/workspaces"
    made = account.post(root, {"workspace_name": name, "compute_mode": "SERVERLESS"})
    workspace = account.get(f"{root}/{made['workspace_id']}")
    return int(workspace["workspace_id"]), str(workspace["workspace_url"])


def _assign_metastore(account: Api, workspace_id: int) -> None:
    root = f"/api/2.0/accounts/{account.account_id}"
    metastore = account.post(f"{root}/metastores", {"metastore_info": {"name": "main", "region": "local"}})
    metastore_id = metastore["metastore_info"]["metastore_id"]
    body = {"metastore_assignment": {"metastore_id": metastore_id}}
    account.post(f"{root}/workspaces/{workspace_id}/metastores/{metastore_id}", body)
