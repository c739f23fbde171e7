"""`python -m infra access`: rights as a table, and the lines and resources that they come from."""

from __future__ import annotations

import json

import pytest

from infra.__main__ import main
from tests.infra.conftest import EnvironmentFiles


@pytest.fixture
def chosen(files: EnvironmentFiles, monkeypatch: pytest.MonkeyPatch) -> EnvironmentFiles:
    """A copy of the settings that the process is told of."""
    monkeypatch.setenv("SETTINGS", str(files.folder))
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(files.credentials))
    monkeypatch.setenv("TARGET", "local")
    monkeypatch.setenv("COLUMNS", "100")
    return files


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
    (row,) = [line.split() for line in lines if line.startswith("  data ")]
    assert row == ["data", "read", "write", "manage", "manage", "write"]


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
