"""`python -m infra new` and `remove`, as they are typed."""

from __future__ import annotations

import json

import pytest

from infra.__main__ import main
from infra.commands import new
from tests.infra.conftest import ACCOUNT_ID, EnvironmentFiles
from tests.infra.scaffolding.contents import contents


def keep_state(files: EnvironmentFiles, stack: str, count: int) -> None:
    """A state of a stack beside the credentials, with so many resources."""
    state = files.credentials.parent / "state" / f"{stack}.tfstate"
    state.parent.mkdir(exist_ok=True)
    schema = {"attributes": {"name": "churn"}}
    resources = [
        {"mode": "managed", "type": "databricks_schema", "instances": [schema] * count},
        {"mode": "data", "type": "databricks_group", "instances": [{}]},
    ]
    state.write_text(json.dumps({"resources": resources}))


def fill_in_the_cloud(files: EnvironmentFiles) -> None:
    """Name an account of the cloud, so that the stacks may be deployed there, too."""
    files.replace("targets.yaml", "<your account's id>", ACCOUNT_ID)


def test_an_environment_comes_and_goes(copied: EnvironmentFiles, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command says what it did to which file, and what to deploy then."""
    before = contents(copied.folder)
    assert main(["new", "environment", "qa", "--from", "staging"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "write  qa.yaml",
        "change access.yaml",
        "Next: cdktf deploy account, cdktf deploy qa",
    ]
    assert main(["remove", "environment", "qa"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "remove qa.yaml",
        "change access.yaml",
        "Next: cdktf deploy account",
    ]
    assert contents(copied.folder) == before


def test_a_project_comes_and_goes(copied: EnvironmentFiles, capsys: pytest.CaptureFixture[str]) -> None:
    """The same with code, which appears in the checkout and is gone from it afterwards."""
    before = contents(copied.folder)
    assert main(["new", "project", "churn"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Next: cdktf deploy dev, cdktf deploy prod, cdktf deploy staging"
    )
    assert (new.ROOT / "pipelines/projects/churn/source.py").exists()
    assert main(["remove", "project", "churn"]) == 0
    assert contents(copied.folder) == before
    assert contents(new.ROOT) == {}


def test_what_is_deployed_is_not_removed(
    copied: EnvironmentFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    """The state on this machine is looked at; once it is empty the environment may go."""
    keep_state(copied, "staging", 3)
    before = contents(copied.folder)
    assert main(["remove", "environment", "staging"]) == 1
    assert capsys.readouterr().err == (
        "remove environment: it has 3 resources still; first TARGET=local cdktf destroy staging\n"
    )
    assert contents(copied.folder) == before
    keep_state(copied, "staging", 0)
    assert main(["remove", "environment", "staging"]) == 0


def test_what_may_be_deployed_elsewhere_is_vouched_for(
    copied: EnvironmentFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state in a bucket can't be seen: somebody says that it is empty. One here can't be denied."""
    fill_in_the_cloud(copied)
    assert main(["remove", "environment", "staging"]) == 1
    assert capsys.readouterr().err == (
        "remove environment: whether it is deployed to target cloud can't be seen from here; "
        "first TARGET=cloud cdktf destroy staging, then say --destroyed\n"
    )
    keep_state(copied, "staging", 3)
    assert main(["remove", "environment", "staging", "--destroyed"]) == 1
    keep_state(copied, "staging", 0)
    assert main(["remove", "environment", "staging", "--destroyed"]) == 0


def test_lasting_data_is_not_destroyed_unasked(
    copied: EnvironmentFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the catalog is disposable the next deploy may destroy it; where it isn't somebody says so."""
    assert main(["new", "project", "churn"]) == 0
    keep_state(copied, "staging", 1)
    keep_state(copied, "prod", 1)
    assert main(["remove", "project", "churn"]) == 1
    assert capsys.readouterr().err == (
        "remove project: the next deploy of prod to target local would destroy its data there; "
        "say --with-data if it is to\n"
    )
    keep_state(copied, "prod", 0)
    fill_in_the_cloud(copied)
    assert main(["remove", "project", "churn"]) == 1
    assert "prod to target cloud may destroy its data" in capsys.readouterr().err
    assert main(["remove", "project", "churn", "--with-data"]) == 0


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (
            ["new", "environment", "prod", "--from", "dev"],
            "new environment: the environment prod is there already",
        ),
        (["new", "project", "1st"], "new project: '1st' can't name a project; wants up to 30"),
        (["remove", "environment", "qa"], "remove environment: unknown environment 'qa'; allowed: dev, prod"),
        (["remove", "environment", "prod"], "remove environment: prod is the production environment"),
        (["remove", "project", "churn"], "remove project: unknown project 'churn'; allowed: flights"),
    ],
)
def test_what_can_not_be_done_is_one_line(
    copied: EnvironmentFiles, capsys: pytest.CaptureFixture[str], words: list[str], problem: str
) -> None:
    """And leaves everything as it is."""
    before = contents(copied.folder)
    assert main(words) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(problem)
    assert contents(copied.folder) == before


def test_settings_that_are_wrong_already_are_told_first(
    copied: EnvironmentFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is built on them."""
    copied.replace("staging.yaml", "size: 2X-Small", "size: Huge")
    assert main(["new", "environment", "qa", "--from", "staging"]) == 1
    assert "staging.yaml:" in capsys.readouterr().err
    assert not (copied.folder / "qa.yaml").exists()
