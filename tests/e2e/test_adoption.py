"""`python -m infra adopt` on the deployed whole: what exists is found, by what Terraform imports it by."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import yaml

from infra.config.process import ENVIRONMENTS
from tests.e2e.conftest import Deployed
from tests.e2e.finished import output_of

NAMED = {  # what has no id of Terraform's own
    "databricks_budget_policy": "{policy_id}",
    "databricks_entity_tag_assignment": "{entity_type},{entity_name},{tag_key}",
    "databricks_service_principal_federation_policy": "{service_principal_id},{policy_id}",
}
ANEW = {"databricks_file", "databricks_mws_workspaces"}  # put there again; named instead of imported


def test_everything_that_was_deployed_is_found(deployed: Deployed, tmp_path: Path) -> None:
    """The ids are those that the deploys have in their own states, for every resource of every stack."""
    folder = shutil.copytree(ENVIRONMENTS, tmp_path / "settings")
    output_of(deployed.run(sys.executable, "-m", "infra", "adopt", SETTINGS=str(folder)))
    imports = yaml.safe_load((folder / "imports.yaml").read_text())
    states = sorted((deployed.folder / "state").glob("*.tfstate"))
    assert sorted(imports) == sorted(path.stem for path in states)
    for path in states:
        assert imports[path.stem] == _ids(path), path.stem


def test_a_folder_that_exists_is_left_alone(deployed: Deployed, tmp_path: Path) -> None:
    """A description never overwrites settings."""
    finished = deployed.run(sys.executable, "-m", "infra", "adopt", "--into", str(tmp_path))
    assert finished.returncode == 1
    assert finished.stderr == f"{tmp_path} exists, and nothing is overwritten: name a new folder\n"
    assert list(tmp_path.iterdir()) == []


def _ids(path: Path) -> dict[str, str]:
    """What a state's resources are imported by, by address, without what is not imported."""
    resources = [item for item in json.loads(path.read_text())["resources"] if item["mode"] == "managed"]
    return {
        f"{item['type']}.{item['name']}": NAMED.get(item["type"], "{id}").format(
            **item["instances"][0]["attributes"]
        )
        for item in resources
        if item["type"] not in ANEW
    }
