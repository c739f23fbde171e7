"""A populated account is taken over: described in YAML, imported, and nothing of it destroyed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import PermissionsChange, Privilege

from infra.config.vocabulary import TAKING_OVER
from infra.local import daemon
from infra.local.folder import Folder
from infra.local.people import IdentityProvider
from infra.local.profiles import Profiles
from tests.e2e.conftest import PROJECT
from tests.e2e.finished import output_of
from tests.e2e.populated import Populated

pytestmark = pytest.mark.slow  # an account of its own, deployed to three times

CDKTF = "node_modules/.bin/cdktf"


class Adoption:
    """The populated account, and commands as a platform team types them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = folder / "adopted"
        self.populated = Populated(folder / "databrickscfg")

    def run(self, *command: str, **variables: str) -> str:
        """What a command prints; it must succeed."""
        running = daemon.find(Folder(self.folder))
        assert running is not None
        environment = {**os.environ, **running.environment, **variables}
        finished = subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        return output_of(finished)

    def cdktf(self, word: str, stack: str, *flags: str) -> str:
        """What cdktf says of a stack of the adopted settings."""
        output = str(self.folder / "cdktf.out")
        return self.run(
            *(CDKTF, word, stack, "--no-color", "--output", output, *flags), SETTINGS=str(self.settings)
        )


@pytest.fixture(scope="module")
def adoption(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adoption]:
    """A populated account, with settings written from it."""
    folder = tmp_path_factory.mktemp("adopted")
    command = [sys.executable, "-m", "infra.local"]
    environment = {**os.environ, "LOCAL_FOLDER": str(folder)}
    subprocess.run([*command, "up"], cwd=PROJECT, env=environment, check=True, capture_output=True)
    try:
        adoption = Adoption(folder)
        adoption.populated.fill()
        adoption.run(sys.executable, "-m", "infra", "adopt", "--into", str(adoption.settings))
        yield adoption
    finally:
        subprocess.run([*command, "down"], cwd=PROJECT, env=environment, check=True)


def test_settings_say_what_was_found(adoption: Adoption) -> None:
    """Workspaces and metastore are named, the open catalog too; schemas with a model are projects."""
    read = {path.stem: yaml.safe_load(path.read_text()) for path in adoption.settings.rglob("*.yaml")}
    assert set(read) == {"account", "access", "dev", "prod", "churn", "targets", "imports", "waivers"}
    assert set(read["account"]["existing_groups"]) == {"analysts", "engineers"}
    assert read["dev"]["catalog"] == {"name": "dev_lab", "exists": True}
    assert read["prod"]["catalog"] == {"name": "prod"}
    assert set(read["prod"]["workspace"]) == {"id", "host"}
    columns = read["churn"]["tables"]["customers"]["columns"]
    assert columns["customer_id"] == {
        "type": "STRING",
        "nullable": False,
        "comment": "Number on the contract",
    }
    assert columns["spent"] == {"type": "DECIMAL(10,2)"}
    assert "scratch" not in read["prod"]["projects"]


def test_what_breaks_a_policy_is_waived_for_a_while(adoption: Adoption) -> None:
    """Whoever changes production without owning it is allowed to go on, with a reason and an end."""
    waivers = yaml.safe_load((adoption.settings / "waivers.yaml").read_text())
    changed = waivers["production_is_changed_by_its_owners"]
    assert [name for name in changed if "churn_SchemaGrants_engineers" in name]
    assert all(
        waiver["reason"] and waiver["until"] for named in waivers.values() for waiver in named.values()
    )


def test_rights_are_those_that_were_held(adoption: Adoption) -> None:
    """Grants become levels of the matrix, none of them higher than what was granted."""
    matrix = yaml.safe_load((adoption.settings / "access.yaml").read_text())
    assert matrix["analysts"]["prod/churn"] == {"read": ["data", "models"]}
    assert matrix["engineers"]["prod/churn"] == {"read": ["models"], "write": ["data", "volumes"]}


def test_nothing_is_destroyed_and_nothing_left_to_do(adoption: Adoption) -> None:
    """The first deploy imports what exists and makes the rest; a second one plans nothing."""
    for stack in ("account", "dev", "prod"):
        if stack != "account":
            _hand_over(adoption, stack)
        output = adoption.cdktf("deploy", stack, "--auto-approve")
        (imported, destroyed) = re.findall(r"Resources: (\d+) imported, .* (\d+) destroyed", output)[-1]
        assert int(imported) > 0
        assert destroyed == "0"
        assert "No changes. Your infrastructure matches" in adoption.cdktf("diff", stack)


def test_rights_and_data_are_as_before(adoption: Adoption) -> None:
    """What people could do they still can, and the table is the one that was there."""
    client: WorkspaceClient = adoption.populated.client("acme-prod")
    held = {
        item.principal: {each.value for each in item.privileges or []}
        for item in client.grants.get("schema", "prod.churn").privilege_assignments or []
    }
    assert {"USE_SCHEMA", "SELECT", "EXECUTE"} <= held["analysts"]
    assert {"USE_SCHEMA", "SELECT", "MODIFY"} <= held["engineers"]
    assert "MODIFY" not in held["analysts"]
    assert client.tables.get("prod.churn.customers").comment == "Everybody who ever bought something"


def _hand_over(adoption: Adoption, environment: str) -> None:
    """The deployer of an environment that existed before it gets what the guide says it needs."""
    taken_over = yaml.safe_load((adoption.settings / f"{environment}.yaml").read_text())["catalog"]
    IdentityProvider(Folder(adoption.folder)).bring_in()
    deployer = Profiles(adoption.folder / "databrickscfg").get(environment)["client_id"]
    owner = adoption.populated.client(f"acme-{environment}")
    if taken_over.get("exists"):
        rights = [Privilege.USE_CATALOG, *map(Privilege, TAKING_OVER)]
        owner.grants.update(
            "catalog", taken_over["name"], changes=[PermissionsChange(principal=deployer, add=rights)]
        )
    else:
        owner.schemas.update(f"{taken_over['name']}.churn", owner=deployer)
        owner.catalogs.update(taken_over["name"], owner=deployer)
