"""Batch inference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.lakehouse import Lakehouse
from pipelines.registry import parse_uri
from pipelines.scoring import Scorer
from pipelines.steps import infer
from tests.pipelines.conftest import where
from tests.pipelines.steps.conftest import RegisterVersion

TABLE = "arrival_delay_predictions"


def run(lakehouse: Lakehouse, model: str, first: str, last: str) -> None:
    """Predict a range of months with the Champion."""
    months = [f"--from_month={first}", f"--to_month={last}"]
    infer.main([*where(lakehouse), f"--model={model}", "--alias=Champion", *months])


def test_every_flight_gets_the_champions_prediction(
    mlflow_store: MlflowClient, ingested: Lakehouse, model: str, register_version: RegisterVersion
) -> None:
    """Each flight of the months has one prediction, cancelled ones too, with version, time and label."""
    _, number = parse_uri(register_version())
    mlflow_store.set_registered_model_alias(model, "Champion", number)
    run(ingested, model, "2013-02", "2013-03")
    stored = ingested.read(TABLE).toPandas().set_index("flight_id").sort_index()
    features = ingested.read("flight_features").where(F.col("month").isin(2, 3)).toPandas()
    features = features.set_index("flight_id", drop=False).sort_index()
    assert list(stored.index) == list(features.index)
    for column in ("scheduled_at", "carrier", "origin", "arrival_delay"):
        pd.testing.assert_series_equal(stored[column], features[column])
    assert 0 < stored["arrival_delay"].isna().sum() < len(stored), "a cancelled flight has no delay, not 0"
    assert np.allclose(stored["prediction"], Scorer.load(model, number).predict(features))
    assert set(stored["model_version"]) == {number}
    assert stored["predicted_at"].notna().all()


def test_a_month_again_is_replaced(
    mlflow_store: MlflowClient, ingested: Lakehouse, model: str, register_version: RegisterVersion
) -> None:
    """Predicting a month with a new Champion replaces that month's predictions, and no other's."""
    register_version()
    mlflow_store.set_registered_model_alias(model, "Champion", "1")
    run(ingested, model, "2013-01", "2013-02")
    register_version()
    mlflow_store.set_registered_model_alias(model, "Champion", "2")
    run(ingested, model, "2013-02", "2013-02")
    predictions = ingested.read(TABLE).join(
        ingested.read("flight_features").select("flight_id", "month"), "flight_id"
    )
    counted = predictions.where(F.col("month") < 3).groupBy("month", "model_version").count().collect()
    assert {(row["month"], row["model_version"]): row["count"] for row in counted} == {
        (1, "1"): 27004,
        (2, "2"): 24951,
    }


def test_no_champion_is_refused(ingested: Lakehouse, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a Champion there is nothing to predict with."""
    with pytest.raises(SystemExit) as caught:
        run(ingested, model, "2013-01", "2013-01")
    assert caught.value.code == 1
    assert f"{model} has no Champion" in capsys.readouterr().err


def test_month_without_features_is_refused(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    register_version: RegisterVersion,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A month that has no features yet is an error that says what to do."""
    register_version()
    mlflow_store.set_registered_model_alias(model, "Champion", "1")
    with pytest.raises(SystemExit):
        run(ingested, model, "2013-08", "2013-08")
    assert "no features for 2013-08" in capsys.readouterr().err
