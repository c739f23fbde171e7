"""The model of arrival delays."""

from __future__ import annotations

import numpy as np
import optuna
import pandas as pd
import pytest

from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights.checks import check_gaps, check_plausible
from pipelines.projects.flights.heuristic import HEURISTIC
from pipelines.projects.flights.model import MODEL
from pipelines.projects.flights.settings import SEARCH

QUICK = {"n_estimators": 30, "num_leaves": 15, "n_jobs": 1}


@pytest.fixture(scope="module")
def rows(ingested: Lakehouse) -> pd.DataFrame:
    """Some labelled rows of the feature table."""
    table = ingested.read("flight_features").where("arrival_delay IS NOT NULL AND month = 2")
    return table.toPandas().head(5000)


@pytest.fixture(scope="module")
def estimator(rows: pd.DataFrame) -> object:
    """The estimator, trained on them."""
    made = MODEL.estimator(QUICK, 1)
    made.fit(MODEL.frame(rows), rows["arrival_delay"])
    return made


def test_categories_are_split_as_such(estimator: object) -> None:
    """Trees split carriers and airports as categories, not as numbers."""
    trees = estimator[-1].booster_.dump_model()  # type: ignore[index] # a scikit-learn pipeline
    assert '"decision_type": "=="' in str(trees).replace("'", '"')


def test_inputs_have_two_types(rows: pd.DataFrame) -> None:
    """Whatever Spark returns, the model gets objects and floats, in its own order."""
    frame = MODEL.frame(rows.iloc[:, ::-1])
    assert list(frame.columns) == list(MODEL.inputs)
    assert {str(kind) for kind in frame.dtypes} == {"object", "float64"}


def test_trials_stay_within_the_settings() -> None:
    """What a trial suggests is inside the ranges, whole where they are whole."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for _ in range(20):
        suggested = MODEL.search(study.ask())
        for name, (low, high) in SEARCH.items():
            assert low <= suggested[name] <= high
            assert isinstance(suggested[name], type(low))


def test_the_settings_are_within_their_search() -> None:
    """The project's own hyperparameters are a point of the space that is searched."""
    assert all(SEARCH[name][0] <= value <= SEARCH[name][1] for name, value in MODEL.hyperparameters.items())


def test_heuristic_follows_the_timetable(rows: pd.DataFrame) -> None:
    """The baseline expects every flight on time."""
    assert (HEURISTIC.predict(rows) == np.zeros(len(rows))).all()


def test_gaps_pass_with_the_model(estimator: object, rows: pd.DataFrame) -> None:
    """The model predicts despite missing inputs, and the check sees it."""
    assert check_gaps(lambda some: estimator.predict(MODEL.frame(some)), rows).passed  # type: ignore[attr-defined] # as above


def test_gaps_fail_without_numbers(rows: pd.DataFrame) -> None:
    """A model that answers a missing input with no number fails."""
    result = check_gaps(lambda some: some["temperature"].to_numpy(), rows)
    assert not result.passed
    assert result.detail.startswith("0 of 100")


@pytest.mark.parametrize(
    ("prediction", "passed"), [(15.0, True), (5000.0, False), (-400.0, False), (np.nan, False)]
)
def test_plausible_is_minutes(rows: pd.DataFrame, prediction: float, passed: bool) -> None:  # noqa: FBT001 - a parameter
    """Predictions of days, or none at all, are implausible."""
    assert check_plausible(lambda some: np.full(len(some), prediction), rows).passed is passed
