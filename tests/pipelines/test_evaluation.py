"""Judging side by side."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.artifacts import load_dict

from pipelines.evaluation import Entrant, judge
from pipelines.examples import Examples
from pipelines.projects.flights import PROJECT
from pipelines.scores import Scores
from pipelines.tracking import find_experiment
from tests.pipelines.conftest import EXPERIMENT

HELD_OUT = pd.DataFrame(
    {
        "arrival_delay": [0.0, 10.0, 20.0, 40.0],
        "carrier": ["UA", "UA", "UA", "F9"],
        "origin": ["JFK", "LGA", "EWR", "EWR"],
    }
)
EXAMPLES = cast(
    Examples,
    SimpleNamespace(
        held_out=HELD_OUT,
        table="dev.flights.flight_features",
        table_version=None,
        held_out_data=SimpleNamespace(digest="4-1"),
    ),
)
ENTRANTS = [
    Entrant("version", "this version", np.array([0.0, 10.0, 20.0, 0.0])),
    Entrant("champion", "Champion", np.array([4.0, 14.0, 24.0, 44.0])),
]


@pytest.fixture(scope="module")
def judged(mlflow_store: MlflowClient) -> tuple[Scores, str]:
    """The scores, and the run that they are in."""
    model = mlflow_store.create_logged_model(find_experiment(EXPERIMENT), name="model")
    with mlflow.start_run(experiment_id=find_experiment(EXPERIMENT)) as run:
        scores = judge(PROJECT, EXAMPLES, ENTRANTS, model_id=model.model_id, remark="None.")
    return scores, run.info.run_id


@pytest.mark.usefixtures("mlflow_store")
def test_metrics_are_computed_by_hand(judged: tuple[Scores, str]) -> None:
    """MLflow's errors and the project's own metrics are what a pencil says."""
    overall = judged[0].overall.set_index("metric")
    assert overall["version"].to_dict() == pytest.approx(
        {
            "mean_absolute_error": 10.0,
            "root_mean_squared_error": 20.0,
            "share_within_15_minutes": 0.75,
            "late_flights_mean_absolute_error": 20.0,
        }
    )
    assert overall["champion"].to_dict() == pytest.approx(
        {
            "mean_absolute_error": 4.0,
            "root_mean_squared_error": 4.0,
            "share_within_15_minutes": 1.0,
            "late_flights_mean_absolute_error": 4.0,
        }
    )


@pytest.mark.usefixtures("mlflow_store")
def test_slices_are_judged_apart(judged: tuple[Scores, str]) -> None:
    """Each value of each slice has its own error, the most frequent ones first."""
    table = judged[0].table
    slices = table[table["slice"] != "all"]
    assert list(slices["slice"]) == ["carrier UA", "carrier F9", "origin EWR", "origin JFK", "origin LGA"]
    assert list(slices["rows"]) == [3, 1, 2, 1, 1]
    assert list(slices["version"]) == [0.0, 40.0, 20.0, 0.0, 0.0]


def test_run_keeps_metrics_and_table(mlflow_store: MlflowClient, judged: tuple[Scores, str]) -> None:
    """The others' metrics have their names before them; the table is an artifact; no model stays active."""
    scores, run_id = judged
    metrics = mlflow_store.get_run(run_id).data.metrics
    assert metrics["mean_absolute_error"] == 10.0
    assert metrics["champion_mean_absolute_error"] == 4.0
    assert len(metrics) == 8
    pd.testing.assert_frame_equal(pd.DataFrame(**load_dict(f"runs:/{run_id}/evaluation.json")), scores.table)
    assert mlflow.get_active_model_id() is None
