"""The exploration notebook, run from its first cell to its last."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from mlflow import MlflowClient

import pipelines.projects.flights
from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights import PROJECT
from pipelines.scores import ERROR
from tests.pipelines.conftest import make_quick

NOTEBOOK = Path(pipelines.projects.flights.__file__).parent / "notebooks" / "exploration.py"
CELL = "# COMMAND ----------"


def run(lakehouse: Lakehouse, namespace: dict[str, Any], **settings: object) -> dict[str, Any]:
    """The notebook's variables after its last cell, with a quick model."""
    told = {"catalog": lakehouse.catalog, "schema": lakehouse.schema, "max_rows": 3000} | settings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.projects.flights.PROJECT", make_quick(PROJECT))
        patch.setattr(sys, "argv", [str(NOTEBOOK), *(f"--{name}={value}" for name, value in told.items())])
        return runpy.run_path(str(NOTEBOOK), namespace, run_name="__main__")


@pytest.fixture(scope="module")
def explored(ingested: Lakehouse, mlflow_store: MlflowClient) -> dict[str, Any]:  # noqa: ARG001 - it writes there
    """What a data scientist has after running it as a program."""
    return run(ingested, {}, trials=2, experiment="/Users/dana/exploration")


def test_it_is_a_databricks_notebook() -> None:
    """Databricks takes the file for a notebook of cells, the first of which says what it is for."""
    first, *others = NOTEBOOK.read_text().split(CELL)
    assert first.startswith("# Databricks notebook source\n# MAGIC %md\n# MAGIC # ")
    assert len(others) > 8
    for cell in others:
        lines = [line for line in cell.splitlines() if line]
        assert all(line.startswith("# MAGIC") for line in lines) == lines[0].startswith("# MAGIC %md")


def test_candidates_are_ranked(explored: dict[str, Any]) -> None:
    """Every family is there, the best first; models beat the timetable on March, which none has seen."""
    table: pd.DataFrame = explored["ranking"].table
    assert set(table["family"]) == {"heuristic", "constant", "linear", "tree", "the project's own"}
    assert list(table[ERROR]) == sorted(table[ERROR])
    assert set(table["family"][:3]) == {"linear", "the project's own"}
    assert str(explored["examples"].held_out_month) == "2013-03"


def test_each_is_a_run_of_the_experiment(explored: dict[str, Any], mlflow_store: MlflowClient) -> None:
    """Under one run that has the pictures, the table and the recommendation."""
    (experiment,) = mlflow_store.search_experiments(filter_string="name = '/Users/dana/exploration'")
    runs = mlflow_store.search_runs([experiment.experiment_id])
    parent = explored["run"].info.run_id
    names = {run.info.run_name for run in runs if run.data.tags.get("mlflow.parentRunId") == parent}
    assert names == {*explored["ranking"].table["candidate"], "trial 1", "trial 2"}
    artifacts = {file.path for file in mlflow_store.list_artifacts(parent)}
    assert artifacts == {
        *("gaps.png", "label.png", "seasons.png", "ranking.png"),
        *("ranking.csv", "recommendation.txt"),
    }


def test_it_recommends(explored: dict[str, Any]) -> None:
    """It ends with what to do about the settings."""
    assert "pipelines/projects/flights/settings.py" in explored["recommendation"].text


@pytest.mark.usefixtures("mlflow_store")
def test_databricks_shows_it(ingested: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Widgets ask, tables and pictures are displayed; the experiment is the user's own."""
    asked: dict[str, str] = {}
    answers = {"catalog": ingested.catalog, "schema": ingested.schema, "max_rows": "1000", "trials": "0"}
    widgets = SimpleNamespace(text=asked.setdefault, get=lambda name: answers.get(name, asked[name]))
    shown: list[object] = []
    me = SimpleNamespace(
        current_user=SimpleNamespace(me=lambda: SimpleNamespace(user_name="eve@example.com"))
    )
    monkeypatch.setattr("databricks.sdk.WorkspaceClient", lambda: me)
    found = run(ingested, {"dbutils": SimpleNamespace(widgets=widgets), "display": shown.append})
    assert set(asked) == {"catalog", "schema", "max_rows", "trials", "seed", "experiment"}
    assert found["experiment"] == "/Users/eve@example.com/flights-exploration"
    assert sum(isinstance(thing, Figure) for thing in shown) == 4
    assert sum(isinstance(thing, pd.DataFrame) for thing in shown) == 3
