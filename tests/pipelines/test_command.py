"""How steps start and end."""

from __future__ import annotations

import importlib
import sys
import tomllib
from pathlib import Path

import pytest

from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.parameters import IngestParameters

ARGUMENTS = [
    "--project=flights",
    "--catalog=dev",
    "--schema=flights",
    "--from_month=2013-01",
    "--to_month=2013-01",
]


def test_success_returns(capsys: pytest.CaptureFixture[str]) -> None:
    """A step that succeeds returns, and its log says where it worked and how long."""
    start(IngestParameters, lambda _: None, ARGUMENTS)
    out = capsys.readouterr().out
    assert "project flights in dev.flights" in out
    assert "done" in out


def test_arguments_are_the_process_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform starts entry points without arguments, so they are read from sys.argv."""
    monkeypatch.setattr(sys, "argv", ["ingest", *ARGUMENTS])
    seen: list[IngestParameters] = []
    start(IngestParameters, seen.append, None)
    assert seen[0].catalog == "dev"


def test_wrong_parameters_end_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong parameters are one line on standard error and exit code 2."""
    with pytest.raises(SystemExit) as caught:
        start(IngestParameters, lambda _: None, ARGUMENTS[:-1])
    assert caught.value.code == 2
    assert capsys.readouterr().err == "ingest: missing --to_month\n"


def test_pipeline_error_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    """What a step can't go on with is one line on standard error and exit code 1."""

    def fail(_: IngestParameters) -> None:
        raise PipelineError("the sky fell")

    with pytest.raises(SystemExit) as caught:
        start(IngestParameters, fail, ARGUMENTS)
    assert caught.value.code == 1
    assert capsys.readouterr().err == "ingest: the sky fell\n"


def test_defects_are_not_dressed_up() -> None:
    """Any other error keeps its traceback."""

    def fail(_: IngestParameters) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        start(IngestParameters, fail, ARGUMENTS)


def test_entry_points_of_the_wheel() -> None:
    """Every entry point that the wheel declares is a function of this package."""
    declared = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["scripts"]
    assert set(declared) >= {"ingest", "features", "train", "validate", "deploy", "infer"}
    for target in declared.values():
        module, function = target.split(":")
        assert callable(getattr(importlib.import_module(module), function))
