"""`python -m infra access`: rights as a table, and the lines and resources that they come from."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from infra.__main__ import main
from infra.declared.declared import Declared
from tests.infra.conftest import EnvironmentFiles
from tests.infra.synthesis import Synthesized

Stacks = dict[str, dict[str, Any]]


@pytest.fixture
def chosen(files: EnvironmentFiles, monkeypatch: pytest.MonkeyPatch) -> EnvironmentFiles:
    """A copy of the settings that the process is told of."""
    monkeypatch.setenv("SETTINGS", str(files.folder))
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(files.credentials))
    monkeypatch.setenv("TARGET", "local")
    monkeypatch.setenv("COLUMNS", "100")
    return files


@pytest.fixture
def from_memory(
    chosen: EnvironmentFiles, stacks: dict[str, Synthesized], monkeypatch: pytest.MonkeyPatch
) -> Stacks:
    """The shipped stacks, which a test may edit, in the place of a synthesis."""
    assert chosen
    documents = {name: copy.deepcopy(stack.document) for name, stack in stacks.items()}
    monkeypatch.setattr("infra.commands.access._declare", lambda _: Declared(documents))
    return documents


def test_tells_what_each_right_comes_from(
    chosen: EnvironmentFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    """A right has its line of the matrix, its grants, and the workspaces that it can be used from."""
    assert main(["access", "--environment", "prod", "--principal", "data-scientists", "--json"]) == 0
    rights = json.loads(capsys.readouterr().out)
    assert {(item["principal"], item["environment"]) for item in rights} == {("data-scientists", "prod")}
    (data,) = [item for item in rights if item["asset"] == "data"]
    assert (data["level"], data["project"]) == ("read", "flights")
    assert data["from"] == [
        "from dev's workspace, to read, with SQL",
        "from prod's workspace, to read, without SQL",
    ]
    (line,) = data["lines"]
    number = int(line.split(":")[1])
    written = (chosen.folder / "access.yaml").read_text().splitlines()[number - 1]
    assert "data" in written
    granted = [reason["says"] for reason in data["because"]]
    assert any(says.startswith("USE_SCHEMA, SELECT") and "prod.flights to" in says for says in granted)


def test_fits_a_terminal(chosen: EnvironmentFiles, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole table of an environment is readable in a hundred columns: nothing is cut off."""
    assert chosen
    assert main(["access", "--environment", "prod"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 100
    assert not any("…" in line for line in lines)
    (row,) = [line.split() for line in lines if line.startswith(" data ")]
    assert row == ["data", "read", "write", "manage", "manage", "write"]


def test_tells_why_of_one_principal_s_one_asset(
    from_memory: Stacks, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked for one thing of one principal, its lines and grants are told without being asked for."""
    assert from_memory
    assert main(["access", "--principal", "run-prod", "--asset", "features", "--environment", "prod"]) == 0
    head, line, *reasons = capsys.readouterr().out.splitlines()
    assert head == "run-prod write features in prod/flights"
    assert "access.yaml:" in line
    assert line.endswith(": run.every.write: data")
    assert any("on schema prod.flights to run-prod (prod: databricks_grant." in reason for reason in reasons)


def test_tells_what_the_resources_say_not_the_matrix(
    from_memory: Stacks, capsys: pytest.CaptureFixture[str]
) -> None:
    """A grant that was lost, or that nothing in the matrix asks for, shows."""
    grants = from_memory["prod"]["resource"]["databricks_grant"]
    (name,) = [name for name in grants if name.startswith("flights_SchemaGrants_ml-engineers")]
    granted = grants.pop(name)
    grants["more"] = {**granted, "principal": "data-scientists", "privileges": ["MODIFY"]}
    assert main(["access", "--environment", "prod", "--asset", "data", "--json"]) == 0
    rights = {item["principal"]: item for item in json.loads(capsys.readouterr().out)}
    assert rights["data-scientists"]["level"] == "write"
    assert "databricks_grant.more" in {reason["address"] for reason in rights["data-scientists"]["because"]}
    assert rights["ml-engineers"]["as"] == "run-prod", "of their own they have nothing left but their jobs"


def test_nobody_is_said(from_memory: Stacks, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody has a right, this is told instead of an empty table."""
    assert from_memory
    assert main(["access", "--principal", "run-prod", "--asset", "metastore"]) == 0
    assert capsys.readouterr().out == "no right: nothing that is declared gives it\n"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--asset", "dat"], "unknown asset dat (did you mean data?); allowed: data, "),
        (["--environment", "qa"], "unknown environment qa; allowed: dev, prod, staging"),
        (["--principal", "run-qa"], "unknown principal run-qa (did you mean run-"),
    ],
)
def test_what_is_not_there_is_one_line(
    chosen: EnvironmentFiles, capsys: pytest.CaptureFixture[str], words: list[str], problem: str
) -> None:
    """A wrong word ends with the words that there are."""
    assert chosen
    assert main(["access", *words]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(problem)
