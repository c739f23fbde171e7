"""The same stacks go to the local account and to the cloud; only addresses, credentials and state differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import ACCOUNT_ID, copy_files, synthesize_all
from tests.infra.synthesis import Synthesized


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cloud's stacks are synthesized to."""
    return tmp_path_factory.mktemp("cloud")


@pytest.fixture(scope="module")
def cloud(folder: Path) -> dict[str, Synthesized]:
    """All stacks as they are synthesized for the cloud."""
    files = copy_files(folder)
    files.replace("targets.yaml", "<your account's id>", ACCOUNT_ID)
    files.replace("targets.yaml", "<your bucket>", "mlops-state")
    return synthesize_all(files.load("cloud"), folder / "cdktf.out")


def test_cloud_has_the_same_resources(cloud: dict[str, Synthesized], stacks: dict[str, Synthesized]) -> None:
    """What is deployed locally is what is deployed to the cloud, but for where code is cloned from."""
    assert list(cloud) == list(stacks)
    for name, stack in cloud.items():
        assert _comparable(stack.document["resource"]) == _comparable(stacks[name].document["resource"])


def test_cloud_holds_no_credentials(cloud: dict[str, Synthesized]) -> None:
    """Providers are told hosts; who they are is found by Databricks' own tools."""
    providers = [one for stack in cloud.values() for one in stack.document["provider"]["databricks"]]
    assert {key for one in providers for key in one} == {"host", "account_id", "alias"}


def test_cloud_state_is_shared(cloud: dict[str, Synthesized]) -> None:
    """No state of the cloud is a local file, and each stack has its own."""
    assert all(list(stack.document["terraform"]["backend"]) == ["s3"] for stack in cloud.values())
    keys = {stack.document["terraform"]["backend"]["s3"]["key"] for stack in cloud.values()}
    assert keys == {f"mlops/{name}.tfstate" for name in cloud}


def test_no_stack_depends_on_another(cloud: dict[str, Synthesized], folder: Path) -> None:
    """`cdktf deploy prod` needs no other stack on its command line."""
    manifest = json.loads((folder / "cdktf.out" / "manifest.json").read_text())
    assert set(manifest["stacks"]) == set(cloud)
    assert all(stack["dependencies"] == [] for stack in manifest["stacks"].values())


def _comparable(resources: dict[str, Any]) -> Any:
    resources = _without_metadata(resources)  # a copy: the stacks are other tests', too
    for folder in resources.get("databricks_repo", {}).values():
        folder["url"] = "elsewhere"
    return resources


def _without_metadata(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_metadata(item) for key, item in value.items() if key != "//"}
    return value
