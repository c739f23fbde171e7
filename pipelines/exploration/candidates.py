"""Ways to predict that a project's model is compared with, from none at all to a tuned one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge, SGDRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from pipelines.project import Estimator, Predict, Project

OWN = "the project's own"
"""The family of the project's model, with whatever hyperparameters."""


@dataclass(frozen=True)
class Candidate:
    """One way to predict: `train` gets labelled rows of the feature table."""

    name: str
    family: str
    hyperparameters: Mapping[str, Any]
    train: Callable[[pd.DataFrame], Predict]


def list_simple(project: Project, *, seed: int) -> list[Candidate]:
    """Return the heuristic, the median, linear models of either error, and one tree."""
    squared = {"alpha": 1.0}
    absolute = {"alpha": 1e-4, "epsilon": 0.0}
    tree = {"max_depth": 8, "min_samples_leaf": 50}
    return [
        Candidate(project.heuristic.name, "heuristic", {}, lambda _: project.heuristic.predict),
        Candidate("median", "constant", {}, lambda rows: _find_median(project, rows)),
        _fitted(
            project, "linear, squared error", "linear", squared, lambda: _linear(project, Ridge(**squared))
        ),
        _fitted(
            project,
            "linear, absolute error",
            "linear",
            absolute,
            lambda: _linear(project, SGDRegressor(loss="epsilon_insensitive", random_state=seed, **absolute)),
        ),
        _fitted(
            project,
            "one tree",
            "tree",
            tree,
            lambda: _tree(project, DecisionTreeRegressor(random_state=seed, **tree)),
        ),
    ]


def make_own(project: Project, name: str, hyperparameters: Mapping[str, Any], *, seed: int) -> Candidate:
    """Return the project's model with some hyperparameters."""
    return _fitted(
        project, name, OWN, hyperparameters, lambda: project.model.estimator(hyperparameters, seed)
    )


def _find_median(project: Project, rows: pd.DataFrame) -> Predict:
    median = float(rows[project.features.label].median())
    return lambda asked: np.full(len(asked), median)


def _fitted(
    project: Project,
    name: str,
    family: str,
    hyperparameters: Mapping[str, Any],
    make: Callable[[], Estimator],
) -> Candidate:
    def train(rows: pd.DataFrame) -> Predict:
        estimator = make()
        estimator.fit(project.model.frame(rows), rows[project.features.label])
        return lambda asked: estimator.predict(project.model.frame(asked))

    return Candidate(name, family, hyperparameters, train)


def _linear(project: Project, regressor: Any) -> Estimator:
    """Return a linear model: one input a frequent value, gaps filled and marked, all on one scale."""
    encode = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=50)
    fill = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return _pipeline(project, encode, make_pipeline(fill, StandardScaler()), regressor)


def _tree(project: Project, regressor: Any) -> Estimator:
    """Return a tree, which needs no scale and takes gaps as they are."""
    encode = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
    return _pipeline(project, encode, "passthrough", regressor)


def _pipeline(project: Project, categories: Any, numbers: Any, regressor: Any) -> Estimator:
    columns = ColumnTransformer(
        [
            ("categories", categories, list(project.model.categories)),
            ("numbers", numbers, list(project.model.numbers)),
        ]
    )
    estimator: Estimator = make_pipeline(columns, regressor)
    return estimator
