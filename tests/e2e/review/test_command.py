"""`python -m infra review`, `apply` and `drift` as a user types them, and what they say where they can't."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from databricks.sdk.service.catalog import PermissionsChange, Privilege

from tests.e2e.conftest import Deployed
from tests.e2e.finished import output_of
from tests.e2e.review.reviewing import Reviewing

pytestmark = pytest.mark.slow

INFRA = (sys.executable, "-m", "infra")
Break = Callable[[Path, dict[str, str]], list[str]]  # breaks something; returns the command's words


@pytest.fixture(scope="module")
def kept(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plans of production as it is, kept by a review of it."""
    folder: Path = tmp_path_factory.mktemp("kept")
    reviewed = deployed.run(*INFRA, "review", "prod", "--keep", str(folder), "--format", "json")
    assert json.loads(output_of(reviewed))["worst"] is None
    return folder


def test_a_kept_plan_is_reviewed_again(deployed: Deployed, kept: Path) -> None:
    """Plans as JSON need no account; what was not looked at is said."""
    finished = deployed.run(
        *INFRA, "review", "--plan", str(kept / "prod.json"), "--format", "markdown", TF_REATTACH_PROVIDERS=""
    )
    page = output_of(finished)
    assert "### Review of prod: nothing changes for anybody" in page
    assert "the account was not asked" in page
    assert "no plan of account, dev, staging was given" in page


def test_what_was_reviewed_is_applied(deployed: Deployed, reviewing: Reviewing, tmp_path: Path) -> None:
    """A change is applied as it was reviewed, once; a second time it is refused, as it is done already."""
    reviewing.edit({"prod.yaml": {"warehouse.auto_stop_minutes": 45}})
    settings = str(reviewing.folder / "settings")
    plans = str(tmp_path / "plans")
    options = ("--keep", plans, "--format", "markdown")
    reviewed = output_of(deployed.run(*INFRA, "review", "prod", *options, SETTINGS=settings))
    assert "1 to change, 0 to destroy" in reviewed
    assert "stops after 10 idle minutes → stops after 45 idle minutes" in reviewed
    try:
        assert "1 changed" in output_of(deployed.run(*INFRA, "apply", plans, SETTINGS=settings))
        again = deployed.run(*INFRA, "apply", plans, "prod", SETTINGS=settings)
        assert again.returncode == 1
        assert "prod is not applied: a deploy would not do what was reviewed" in again.stderr
        assert "reviewed was update of auto_stop_mins, now it is nothing" in again.stderr
    finally:
        back = str(tmp_path / "back")
        deployed.run(*INFRA, "review", "prod", "--keep", back)
        output_of(deployed.run(*INFRA, "apply", back))


def test_drift(deployed: Deployed) -> None:
    """What was changed by hand is told with who did it, what it means, and how to keep or undo it."""
    output_of(deployed.run(*INFRA, "drift", "prod"))
    admin = deployed.client("paula-prod")
    (warehouse,) = admin.warehouses.list()
    as_it_was = {
        name: getattr(warehouse, name)
        for name in ("name", "cluster_size", "auto_stop_mins", "enable_serverless_compute", "tags")
    }
    admin.warehouses.edit(warehouse.id or "", name=warehouse.name, cluster_size="Medium", auto_stop_mins=10)
    change = PermissionsChange(principal="account users", add=[Privilege.BROWSE])
    deployed.client("prod").grants.update("catalog", "prod", changes=[change])
    try:
        finished = deployed.run(*INFRA, "drift", "prod", "--format", "markdown")
        assert finished.returncode == 1, finished.stdout + finished.stderr
        for words in (
            "cluster_size: 2X-Small → Medium",
            "by paula@example.com",
            'to keep it: prod.yaml: warehouse.size: "Medium"; no setting says enable_serverless_compute',
            "to undo it: the next deploy of prod",
            "grant to account users on catalog prod",
            "REVOKE BROWSE ON CATALOG prod FROM",
            "account users gains BROWSE on prod",
        ):
            assert words in finished.stdout, finished.stdout
    finally:
        admin.warehouses.edit(warehouse.id or "", **as_it_was)
        back = PermissionsChange(principal="account users", remove=[Privilege.BROWSE])
        deployed.client("prod").grants.update("catalog", "prod", changes=[back])
    output_of(deployed.run(*INFRA, "drift", "prod"))


def cut_off(folder: Path, _: dict[str, str]) -> list[str]:
    """A plan that is not whole."""
    (folder / "prod.json").write_text('{"format_version": "1.2", "resource_chan')
    return ["review", "--plan", str(folder / "prod.json")]


def of_another_version(folder: Path, _: dict[str, str]) -> list[str]:
    """A plan of a Terraform that is not known."""
    (folder / "prod.json").write_text('{"format_version": "2.0", "resource_changes": []}')
    return ["review", "--plan", str(folder / "prod.json")]


def of_other_code(folder: Path, _: dict[str, str]) -> list[str]:
    """A plan of another checkout."""
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [],
        "configuration": {},
    }
    (folder / "prod.json").write_text(json.dumps(plan))
    return ["review", "--plan", str(folder / "prod.json")]


def without_credentials(folder: Path, variables: dict[str, str]) -> list[str]:
    """Nobody's credentials."""
    variables["DATABRICKS_CONFIG_FILE"] = str(folder / "databrickscfg")
    return ["review", "prod"]


def with_wrong_credentials(_: Path, variables: dict[str, str]) -> list[str]:
    """Credentials that the account does not know, of a state that is there."""
    own = Path(variables["DATABRICKS_CONFIG_FILE"])
    own.write_text(re.sub(r"(?m)^client_secret = .*$", "client_secret = wrong", own.read_text()))
    return ["review", "prod"]


def unreachable(folder: Path, variables: dict[str, str]) -> list[str]:
    """A workspace that does not answer."""
    state = _copy(folder, variables).parent / "state" / "account.tfstate"
    host = json.loads(state.read_text())["outputs"]["prod_workspace_host"]["value"]
    state.write_text(state.read_text().replace(host, "http://127.0.0.1:9"))
    return ["review", "prod"]


def unreachable_account(folder: Path, variables: dict[str, str]) -> list[str]:
    """An account that does not answer."""
    copy = _copy(folder, variables)
    copy.write_text(re.sub(r"(?m)^(\[account\]\nhost) = .*$", r"\1 = http://127.0.0.1:9", copy.read_text()))
    return ["review"]


def _copy(folder: Path, variables: dict[str, str]) -> Path:
    """Use copies of the profiles and of the states beside them; returns the profiles' file."""
    own = Path(variables["DATABRICKS_CONFIG_FILE"])
    shutil.copytree(own.parent / "state", folder / "state")
    variables["DATABRICKS_CONFIG_FILE"] = str(shutil.copy(own, folder))
    return folder / own.name


@pytest.mark.parametrize(
    ("breaking", "told"),
    [
        (cut_off, "prod.json: no JSON from line 1 on: is the file complete?"),
        (of_another_version, "plan format 2.0, and 1.x is what can be read"),
        (of_other_code, "the plan is of another version of the code"),
        (without_credentials, "databrickscfg is missing"),
        (with_wrong_credentials, "prod can't be planned"),
        (unreachable_account, "account can't be planned: http://127.0.0.1:9 does not answer"),
        (unreachable, "prod can't be planned: http://127.0.0.1:9 does not answer"),
        (lambda _, __: ["review", "pord"], "unknown stack pord (did you mean prod?)"),
        (lambda folder, _: ["apply", str(folder)], "no plan is kept there"),
        (lambda _, __: ["drift", "pord"], "unknown stack pord (did you mean prod?)"),
    ],
)
def test_there_is_no_review(deployed: Deployed, tmp_path: Path, breaking: Break, told: str) -> None:
    """One clear line, a status that is not 0, and never a page without changes."""
    variables = dict(deployed.environment)
    profiles = deployed.folder / "databrickscfg"
    unbroken = profiles.read_text()
    words = breaking(tmp_path, variables)
    try:
        finished = subprocess.run(
            [*INFRA, *words], env=variables, capture_output=True, text=True, timeout=300, check=False
        )
    finally:
        profiles.write_text(unbroken)
    assert finished.returncode in (1, 2)
    assert told in finished.stdout + finished.stderr
    assert "nothing changes" not in finished.stdout
    assert "Traceback" not in finished.stderr
    assert len(finished.stderr.splitlines()) <= 1, finished.stderr
