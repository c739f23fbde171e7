"""Candidates side by side, and what follows for the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from pipelines.examples import Examples
from pipelines.exploration.candidates import OWN, Candidate
from pipelines.exploration.pictures import draw_ranking
from pipelines.exploration.ranking import Ranking, rank
from pipelines.exploration.recommendation import recommend
from pipelines.project import Heuristic, Predict
from pipelines.projects.flights import PROJECT
from pipelines.scores import ERROR

LABEL = PROJECT.features.label
MakeRanking = Callable[..., Ranking]


def off_by(minutes: float) -> Predict:
    """Predictions that miss every label by as much."""
    return lambda rows: rows[LABEL].to_numpy() + minutes


def make(name: str, minutes: float, family: str = OWN) -> Candidate:
    """A candidate that misses every label by as much."""
    return Candidate(name, family, {"minutes": minutes}, lambda _: off_by(minutes))


GUESS = make("guess", 20, "heuristic")


@pytest.fixture
def make_ranking(mlflow_store: MlflowClient, examples: Examples) -> MakeRanking:
    """Ranks candidates beside a heuristic that misses every label by 20 minutes."""
    experiment = mlflow_store.get_experiment_by_name("/Users/dana/ranking")
    experiment_id = (
        experiment.experiment_id if experiment else mlflow_store.create_experiment("/Users/dana/ranking")
    )
    project = replace(PROJECT, heuristic=Heuristic(name="guess", predict=off_by(20)))

    def run(*candidates: Candidate) -> Ranking:
        with mlflow.start_run(experiment_id=experiment_id):
            return rank(project, examples, [GUESS, *candidates], experiment_id=experiment_id)

    return run


def test_the_best_comes_first(make_ranking: MakeRanking, mlflow_store: MlflowClient) -> None:
    """With its error, what it gains over the heuristic, how much of that is sure, and its run."""
    ranking = make_ranking(make("b", 10), make("a", 4))
    assert list(ranking.table["candidate"]) == ["a", "b", "guess"]
    assert np.allclose(ranking.table[ERROR], [4, 10, 20])
    assert np.allclose(ranking.table["gain"], [16, 10, 0])
    assert np.allclose(ranking.table["gain_at_least"], [16, 10, 0])
    assert list(ranking.table["share_within_15_minutes"]) == [1, 1, 0]
    run = mlflow_store.get_run(ranking.table["run"][0])
    assert (run.info.run_name, run.data.tags["family"]) == ("a", OWN)
    assert run.data.params == {"minutes": "4"}
    assert run.data.metrics[ERROR] == pytest.approx(4)
    parent = mlflow_store.get_run(run.data.tags["mlflow.parentRunId"])
    assert parent.info.experiment_id == run.info.experiment_id


@pytest.mark.parametrize(
    ("candidates", "told", "hyperparameters"),
    [
        ([make("settings", 5), make("found", 3)], "Put into pipelines/projects/flights/settings.py", 3),
        ([make("settings", 5), make("found", 7)], "Keep pipelines/projects/flights/settings.py", None),
        ([make("settings", 5), make("found", 5)], "Keep pipelines/projects/flights/settings.py", None),
        ([make("settings", 5), make("line", 3, "linear")], "Consider another model than", None),
        ([make("settings", 25), make("found", 22)], "No candidate is surely better than the guess", None),
    ],
    ids=["better", "worse", "equal", "another family", "worse than guessing"],
)
def test_only_what_is_surely_better_is_recommended(
    make_ranking: MakeRanking, candidates: list[Candidate], told: str, hyperparameters: float | None
) -> None:
    """The settings change for hyperparameters that are better, day by day, than those they have."""
    project = replace(PROJECT, heuristic=Heuristic(name="guess", predict=off_by(20)))
    recommendation = recommend(project, make_ranking(*candidates), "settings")
    assert recommendation.text.startswith(told)
    expected = None if hyperparameters is None else {"minutes": hyperparameters}
    assert recommendation.hyperparameters == expected
    assert (str(expected) in recommendation.text) == (expected is not None)


def test_luck_is_not_enough(make_ranking: MakeRanking) -> None:
    """An average that is better thanks to a single day changes nothing."""

    def train(_: pd.DataFrame) -> Predict:
        def predict(rows: pd.DataFrame) -> np.ndarray:
            days = rows["scheduled_at"].dt.floor("D")
            lucky = (days == days.max()).to_numpy()
            return rows[LABEL].to_numpy() + np.where(lucky, 0.0, 5.01)

        return predict

    ranking = make_ranking(make("settings", 5), Candidate("lucky", OWN, {}, train))
    assert ranking.best == "lucky"
    project = replace(PROJECT, heuristic=Heuristic(name="guess", predict=off_by(20)))
    assert recommend(project, ranking, "settings").text.startswith("Keep ")


def test_it_can_be_drawn(make_ranking: MakeRanking) -> None:
    """One bar a candidate, the best on top, and a line for the heuristic."""
    figure = draw_ranking(make_ranking(make("a", 4)), "guess", "minutes")
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.get_yticklabels()] == ["guess", "a"]
    assert np.asarray(axes.lines[0].get_xdata())[0] == pytest.approx(20)
