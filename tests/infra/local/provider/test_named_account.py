"""An account where metastore, workspace, groups and principals exist: its stack refers to them, for real."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local.provider.client import Api, JsonObject
from infra.local.provider.server import ProviderServer
from infra.local.workspace.platform import LocalAccount
from tests.infra.conftest import copy_files, synthesize_all
from tests.infra.local.provider.conftest import Site
from tests.infra.local.provider.terraform import Terraform

GROUP = "data-scientists"


@dataclass(frozen=True)
class Existing:
    """What was there before, by its ids."""

    metastore_id: str
    group: JsonObject
    principal: JsonObject


@pytest.fixture(scope="module")
def existing(site: Site) -> Existing:
    """The site's metastore and workspace, with a group and a principal that others made."""
    path = f"/api/2.0/accounts/{site.account.account_id}/workspaces/{site.workspace_id}/metastore"
    assignment = site.account.get(path)["metastore_assignment"]
    return Existing(
        metastore_id=str(assignment["metastore_id"]),
        group=site.account.scim("POST", "Groups", body={"displayName": GROUP}),
        principal=site.account.scim("POST", "ServicePrincipals", body={"displayName": "etl"}),
    )


@pytest.fixture(scope="module")
def document(site: Site, existing: Existing, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The account's stack of settings that name all of it, with the site's credentials."""
    files = copy_files(tmp_path_factory.mktemp("named"))
    block = site.account_block
    profile = f"[account]\nhost = {block['host']}\naccount_id = {block['account_id']}\n"
    files.credentials.write_text(profile)
    made = "metastore:\n  name: mlops\n  owner: platform-admins\n"
    files.replace(
        "account.yaml", made, f"metastore: {{id: {existing.metastore_id}}}\nunprotected: [Workspace-prod]\n"
    )
    files.replace("account.yaml", f"  {GROUP}:", f"existing_groups:\n  {GROUP}:")
    host = site.workspace_block["host"]
    files.replace("dev.yaml", "  name: mlops-dev\n", f"  id: {site.workspace_id}\n  host: {host}\n")
    principals = f"principals: {{run: {existing.principal['applicationId']}}}\n"
    files.replace("dev.yaml", "catalog:\n", f"{principals}catalog:\n")
    stack = synthesize_all(files.load(), files.folder.parent / "out")["account"].document
    for provider in stack["provider"]["databricks"]:
        provider.pop("profile")
        provider |= {key: block[key] for key in ("client_id", "client_secret")}
    required = stack["terraform"]["required_providers"]
    return {**stack, "terraform": {"required_providers": required}}


@pytest.fixture
def terraform(tmp_path: Path, provider: ProviderServer, document: dict[str, Any]) -> Terraform:
    """Terraform with the account's stack."""
    terraform = Terraform(tmp_path, provider.reattach())
    terraform.configure(document)
    return terraform


def test_what_exists_is_used_and_left(
    site: Site, existing: Existing, terraform: Terraform, local_account: LocalAccount
) -> None:
    """Outputs tell the ids that were there, nothing is made a second time, and all outlives the stack."""
    made = terraform.apply()
    assert not any(address.startswith("databricks_metastore.") for address in made)
    assert terraform.plan() == {}
    outputs = json.loads(terraform.run("output", "-json"))
    assert outputs["dev_workspace_id"]["value"] == site.workspace_id
    assert outputs["data_scientists_group_id"]["value"] == existing.group["id"]
    assert outputs["dev_run_application_id"]["value"] == existing.principal["applicationId"]
    assert _members(site.account, GROUP) == [existing.group["id"]]
    assert _assigned(site) >= {existing.group["id"], existing.principal["id"]}
    terraform.destroy()
    assert terraform.is_empty()
    assert _members(site.account, GROUP) == [existing.group["id"]]
    assert local_account.first_principal().client_id == site.account_block["client_id"]


def test_a_name_that_nobody_has_is_told(terraform: Terraform, document: dict[str, Any]) -> None:
    """A group that the identity provider has not brought yet stops the plan with its name."""
    group = document["data"]["databricks_group"]
    (name,) = group
    changed = {**group, name: {**group[name], "display_name": "nobody"}}
    terraform.configure({**document, "data": {**document["data"], "databricks_group": changed}})
    with pytest.raises(Exception, match="there is no group nobody"):
        terraform.plan()


def _members(account: Api, name: str) -> list[str]:
    found = account.scim("GET", "Groups", filter=f'displayName eq "{name}"').get("Resources", [])
    return [str(item["id"]) for item in found]


def _assigned(site: Site) -> set[str]:
    """Who is let into the existing workspace."""
    root = f"/api/2.0/accounts/{site.account.account_id}/workspaces/{site.workspace_id}"
    assignments = site.account.get(f"{root}/permissionassignments")["permission_assignments"]
    return {str(item["principal"]["principal_id"]) for item in assignments}
