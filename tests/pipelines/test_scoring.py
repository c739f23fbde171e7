"""Predictions of a registered version."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import mlflow.sklearn
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.models import infer_signature
from mlflow.pyfunc import PyFuncModel
from sklearn.linear_model import LinearRegression

from pipelines.errors import PipelineError
from pipelines.scoring import Scorer
from pipelines.tracking import find_experiment
from tests.pipelines.conftest import EXPERIMENT

NAME = "dev.flights.doubling"


@pytest.fixture(scope="module")
def scorer(mlflow_store: MlflowClient) -> Scorer:
    """A version that doubles `a` and takes `b` too."""
    rows = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0.0, 1.0, 0.0]})
    model = LinearRegression().fit(rows, rows["a"] * 2)
    mlflow_store.create_registered_model(NAME)
    with mlflow.start_run(experiment_id=find_experiment(EXPERIMENT)):
        logged = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(rows, model.predict(rows)),
            pip_requirements=["scikit-learn"],
            serialization_format="cloudpickle",
        )
    mlflow_store.create_model_version(NAME, f"models:/{logged.model_id}", model_id=logged.model_id)
    return Scorer.load(NAME, "1")


@pytest.mark.usefixtures("mlflow_store")
def test_columns_follow_the_signature(scorer: Scorer) -> None:
    """Order, surplus and whole numbers don't matter: the version's signature decides."""
    rows = pd.DataFrame({"b": [0, 1], "noise": ["x", "y"], "a": [5, 7]}, index=[10, 11])
    assert scorer.predict(rows) == pytest.approx([10.0, 14.0])


@pytest.mark.usefixtures("mlflow_store")
def test_missing_column_is_named(scorer: Scorer) -> None:
    """A column that the version takes and the rows lack is named, with the version."""
    with pytest.raises(PipelineError, match=r"models:/dev\.flights\.doubling/1 takes b, which"):
        scorer.predict(pd.DataFrame({"a": [1.0]}))


def test_version_without_signature_is_named() -> None:
    """A version that doesn't tell what it takes isn't asked with a guess."""
    model = cast(PyFuncModel, SimpleNamespace(metadata=SimpleNamespace(signature=None)))
    with pytest.raises(PipelineError, match=r"models:/dev\.flights\.unsigned/1 has no signature"):
        Scorer("models:/dev.flights.unsigned/1", model).predict(pd.DataFrame({"a": [1.0]}))
