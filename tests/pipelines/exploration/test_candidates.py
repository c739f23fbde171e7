"""Ways to predict that a project's model is compared with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipelines.examples import Examples
from pipelines.exploration.candidates import OWN, Candidate, list_simple, make_own
from pipelines.projects.flights import PROJECT
from tests.pipelines.conftest import make_quick

QUICK = make_quick(PROJECT)
CANDIDATES = [*list_simple(QUICK, seed=1), make_own(QUICK, "own", QUICK.model.hyperparameters, seed=1)]


def test_families_are_different() -> None:
    """From no model at all to the project's own, each under a name of its own."""
    assert [candidate.family for candidate in CANDIDATES] == [
        *("heuristic", "constant", "linear", "linear", "tree", OWN)
    ]
    assert len({candidate.name for candidate in CANDIDATES}) == len(CANDIDATES)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.name)
def test_every_flight_gets_a_number(examples: Examples, candidate: Candidate) -> None:
    """Whatever is missing, and carriers that were never seen; the same flights get the same numbers again."""
    predict = candidate.train(examples.fitting)
    asked = examples.held_out.head(200).assign(carrier="??", plane_engine=None, temperature=np.nan)
    predictions = predict(asked)
    assert len(predictions) == 200
    assert np.isfinite(predictions).all()
    assert np.array_equal(candidate.train(examples.fitting)(asked), predictions)


def test_models_learn(examples: Examples) -> None:
    """Where the label is one of the inputs, models of every family find that out, and constants don't."""
    label = QUICK.features.label
    told = replace(QUICK, model=replace(QUICK.model, numbers=(*QUICK.model.numbers, "told")))
    rows = examples.fitting.assign(told=lambda rows: rows[label])
    for candidate in list_simple(told, seed=1):
        error = float(np.abs(candidate.train(rows)(rows) - rows[label]).mean())
        assert (error < 5) == (candidate.family in {"linear", "tree"}), candidate.name


def test_the_median_is_the_training_rows(examples: Examples) -> None:
    """Half of the labels it was trained on are below it."""
    (median,) = [candidate for candidate in CANDIDATES if candidate.name == "median"]
    rows = examples.fitting.assign(arrival_delay=np.arange(len(examples.fitting), dtype="float64"))
    expected = (len(rows) - 1) / 2
    assert list(median.train(rows)(pd.DataFrame(index=range(2)))) == [expected, expected]
