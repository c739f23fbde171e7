"""Provider instances: many at once on one server, each with its own host and credentials."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from infra.local.provider.client import Api
from infra.local.provider.server import ProviderServer
from tests.infra.local.provider.conftest import Site, make_workspace
from tests.infra.local.provider.terraform import Terraform, TerraformError

COUNT = 12


def _folders(provider: str) -> dict[str, Any]:
    return {
        f"{provider}{number}": {"provider": f"databricks.{provider}", "path": f"/Shared/{provider}/{number}"}
        for number in range(COUNT)
    }


def _listed(api: Api, path: str) -> int:
    return len((api.find("/api/2.0/workspace/list", path=path) or {}).get("objects", []))


@pytest.fixture(scope="module")
def other(site: Site) -> dict[str, Any]:
    """The provider block of a second workspace."""
    _, host = make_workspace(site.account, "other")
    return {**site.workspace_block, "host": host}


def test_aliases_reach_their_own_hosts(site: Site, other: dict[str, Any], terraform: Terraform) -> None:
    """Two aliases with different hosts, applied in parallel, each make only their own objects."""
    providers = [{**site.workspace_block, "alias": "left"}, {**other, "alias": "right"}]
    resources = {"databricks_directory": _folders("left") | _folders("right")}
    terraform.configure({"provider": {"databricks": providers}, "resource": resources})
    terraform.apply("-parallelism=20")
    assert terraform.plan() == {}
    left, right = site.workspace, Api(other)
    assert (_listed(left, "/Shared/left"), _listed(left, "/Shared/right")) == (COUNT, 0)
    assert (_listed(right, "/Shared/left"), _listed(right, "/Shared/right")) == (0, COUNT)
    terraform.destroy()


def test_processes_reach_their_own_hosts(
    site: Site, other: dict[str, Any], provider: ProviderServer, tmp_path: Path
) -> None:
    """Two Terraform processes at the same time, each with a host of its own."""
    blocks = {"left": site.workspace_block, "right": other}

    def deploy(name: str) -> Terraform:
        folder = tmp_path / name
        folder.mkdir()
        terraform = Terraform(folder, provider.reattach())
        block = {**blocks[name], "alias": name}
        resources = {"databricks_directory": _folders(name)}
        terraform.configure({"provider": {"databricks": block}, "resource": resources})
        terraform.apply()
        assert terraform.plan() == {}
        return terraform

    with ThreadPoolExecutor() as pool:
        deployed = list(pool.map(deploy, blocks))
    assert _listed(site.workspace, "/Shared/left") == _listed(Api(other), "/Shared/right") == COUNT
    assert _listed(site.workspace, "/Shared/right") == _listed(Api(other), "/Shared/left") == 0
    for terraform in deployed:
        terraform.destroy()


def test_a_host_may_be_unknown_while_planning(site: Site, terraform: Terraform) -> None:
    """What stands in a workspace can be planned and made in the same apply as the workspace."""
    workspace = {"account_id": site.account.account_id, "workspace_name": "new", "compute_mode": "SERVERLESS"}
    inside = {
        **site.workspace_block,
        "alias": "new",
        "host": "${databricks_mws_workspaces.new.workspace_url}",
    }
    resources = {
        "databricks_mws_workspaces": {"new": workspace},
        "databricks_directory": {"inside": {"provider": "databricks.new", "path": "/Shared/inside"}},
    }
    terraform.configure({"provider": {"databricks": [site.account_block, inside]}, "resource": resources})
    terraform.apply()
    assert terraform.plan() == {}
    terraform.destroy()


def test_profiles_are_read_from_the_servers_file(
    site: Site, provider_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider block that names a profile alone gets host and credentials from the server's config file."""
    block, config_file = site.workspace_block, tmp_path / "databrickscfg"
    config_file.write_text("[dev]\n" + "".join(f"{name} = {value}\n" for name, value in block.items()))
    for name in ("DATABRICKS_HOST", "DATABRICKS_TOKEN", "DATABRICKS_CONFIG_PROFILE"):
        monkeypatch.setenv(name, "of-another-process")
    with ProviderServer(cache_dir=provider_cache, config_file=config_file) as server:
        terraform = Terraform(tmp_path, server.reattach())
        data: dict[str, Any] = {"databricks_current_user": {"me": {}}}
        terraform.configure({"provider": {"databricks": {"profile": "dev"}}, "data": data})
        terraform.apply()
        assert terraform.values("data.databricks_current_user.me")["workspace_url"] == block["host"]
        terraform.configure({"provider": {"databricks": {"profile": "missing"}}, "data": data})
        with pytest.raises(TerraformError, match="has no missing profile configured"):
            terraform.plan()


def test_profiles_are_made_when_they_are_asked_for(site: Site, provider_cache: Path, tmp_path: Path) -> None:
    """Who prepares profiles is told of each before it is read: what an earlier deploy made can be entered."""
    block, config_file = site.workspace_block, tmp_path / "databrickscfg"

    def prepare(profile: str | None) -> None:
        lines = "".join(f"{name} = {value}\n" for name, value in block.items())
        config_file.write_text(f"[{profile}]\n{lines}")

    with ProviderServer(cache_dir=provider_cache, config_file=config_file, prepare=prepare) as server:
        terraform = Terraform(tmp_path, server.reattach())
        data: dict[str, Any] = {"databricks_current_user": {"me": {}}}
        terraform.configure({"provider": {"databricks": {"profile": "qa"}}, "data": data})
        terraform.apply()
        assert terraform.values("data.databricks_current_user.me")["workspace_url"] == block["host"]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"host": "http://127.0.0.1:1"}, "no credentials: name a profile"),
        ({"token": "t"}, "no host: name it, or a profile that does"),
        (
            {"host": "http://127.0.0.1:1", "token": "t", "client_id": "i", "client_secret": "s"},
            "credentials for pat and oauth-m2m: leave one",
        ),
    ],
)
def test_an_incomplete_provider_block_is_refused(
    block: dict[str, Any], message: str, terraform: Terraform
) -> None:
    """One line says what the provider block lacks."""
    block = {"config_file": str(terraform.folder / "none"), **block}
    data: dict[str, Any] = {"databricks_current_user": {"me": {}}}
    terraform.configure({"provider": {"databricks": block}, "data": data})
    with pytest.raises(TerraformError, match=message):
        terraform.plan()
