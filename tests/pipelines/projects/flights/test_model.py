"""The model of arrival delays."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import optuna
import pandas as pd
import pytest

from pipelines.checks.candidate import Candidate
from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights.checks import check_gaps, check_plausible
from pipelines.projects.flights.evaluation import late_error, share_within
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


def make_candidate(rows: pd.DataFrame, predict: Callable[[pd.DataFrame], Any]) -> Candidate:
    """A candidate that predicts the rows so."""
    scorer = SimpleNamespace(predict=predict)
    return cast(Candidate, SimpleNamespace(rows=rows, scorer=scorer, predictions=predict(rows)))


def test_gaps_pass_with_the_model(estimator: Any, rows: pd.DataFrame) -> None:
    """The model predicts despite missing inputs, and the check sees it."""
    assert check_gaps(make_candidate(rows, lambda some: estimator.predict(MODEL.frame(some)))).passed


def test_gaps_fail_without_numbers(rows: pd.DataFrame) -> None:
    """A model that answers a missing input with no number fails."""
    result = check_gaps(make_candidate(rows, lambda some: some["temperature"].to_numpy()))
    assert not result.passed
    assert result.detail.startswith("0 of 100")


@pytest.mark.parametrize(
    ("prediction", "passed"), [(15.0, True), (5000.0, False), (-400.0, False), (np.nan, False)]
)
def test_plausible_is_minutes(rows: pd.DataFrame, prediction: float, passed: bool) -> None:  # noqa: FBT001 - a parameter
    """Predictions of days, or none at all, are implausible."""
    candidate = make_candidate(rows, lambda some: np.full(len(some), prediction))
    assert check_plausible(candidate).passed is passed


def test_contributions_add_up(estimator: Any, rows: pd.DataFrame) -> None:
    """What the inputs contribute is, with one constant, the prediction: none is lost, none is double."""
    inputs = MODEL.frame(rows.head(200))
    contributions = MODEL.explain(estimator, inputs)
    assert contributions.shape == inputs.shape
    rest = estimator.predict(inputs) - contributions.sum(axis=1)
    assert rest == pytest.approx(np.full(len(inputs), rest[0]))


def test_pickle_names_what_is_trusted(estimator: object) -> None:
    """The model's pickle uses the modules and names that the project lists, and no others."""
    names = [f"{module}.{name}" for module, name in find_classes(pickle.dumps(estimator))]
    assert names
    strangers = [name for name in names if not name.startswith(MODEL.pickled)]
    assert strangers == []


def find_classes(pickled: bytes) -> set[tuple[str, str]]:
    """The modules and names that a pickle uses."""
    found = set()

    class Finder(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            found.add((module, name))
            return super().find_class(module, name)

    Finder(io.BytesIO(pickled)).load()
    return found


@pytest.mark.parametrize(
    ("predictions", "truth", "share", "error"),
    [
        ([0.0, 20.0, 30.0], [14.0, 40.0, 90.0], 1 / 3, 40.0),
        ([0.0, 0.0], [-20.0, 14.9], 0.5, float("nan")),
    ],
)
def test_metrics(predictions: list[float], truth: list[float], share: float, error: float) -> None:
    """A prediction counts when it is less than 15 minutes off; flights are late from 15 minutes on."""
    values = np.array(predictions), np.array(truth)
    assert share_within(*values) == pytest.approx(share)
    assert late_error(*values) == pytest.approx(error, nan_ok=True)
