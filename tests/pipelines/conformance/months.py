"""What the steps make of some real months on one engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pytest
from mlflow import MlflowClient
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.baselines import write_baselines
from pipelines.examples import Examples, read_examples
from pipelines.lakehouse import Fingerprint, Lakehouse
from pipelines.months import Month
from pipelines.projects.flights import PROJECT
from pipelines.scoring import Scorer
from pipelines.steps import infer, label, train
from tests.pipelines.conftest import DECLARED, EXPERIMENT, bring_in, make_quick, where

# From winter to summer time and back; March has the history of February, the others have none.
RANGES = (("2013-02", "2013-03"), ("2013-11", "2013-11"))
LAST = Month(2013, 11)
MADE_AT = {"predicted_at", "measured_at"}  # columns that tell when a row was made


@dataclass(frozen=True)
class Outcome:
    """What is in the tables, what training read of them, and what it made of it."""

    lakehouse: Lakehouse
    rows: Mapping[str, pa.Table]  # by table, in the order of the keys
    fingerprints: Mapping[str, Fingerprint]
    examples: Examples
    version_tags: Mapping[str, str]
    metrics: Mapping[str, float]


def run_steps(lakehouse: Lakehouse, store: MlflowClient, model: str) -> Outcome:
    """Return what the jobs' entry points make of the months."""
    for first, last in RANGES:
        bring_in(lakehouse, first, last)
    with _quick_project():
        _train(lakehouse, store, model)
    _predict(lakehouse, model)
    version = store.get_model_version(model, "1")
    return Outcome(
        lakehouse=lakehouse,
        rows={table: _read(lakehouse, table) for table in DECLARED},
        fingerprints=find_fingerprints(lakehouse),
        examples=read_examples(lakehouse, PROJECT, max_rows=6000, seed=1),
        version_tags=version.tags,
        metrics=store.get_run(str(version.run_id)).data.metrics,
    )


@contextmanager
def _quick_project() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.projects.flights.PROJECT", make_quick(PROJECT))
        yield


def _train(lakehouse: Lakehouse, store: MlflowClient, model: str) -> None:
    """Register the model's version 1 as Champion."""
    store.create_registered_model(model)
    told = {
        "model": model,
        "experiment": EXPERIMENT,
        "trials": 0,
        "max_rows": 4000,
        "seed": 1,
        "code_version": "0123456789ab",
        "code_commit": "0123456789ab",
        "champion_model": model,
    }
    train.main([*where(lakehouse), *(f"--{name}={value}" for name, value in told.items())])
    store.set_registered_model_alias(model, "Champion", "1")


def _predict(lakehouse: Lakehouse, model: str) -> None:
    """Predict a month, forget what came true as if it were not known yet, and let `label` bring it."""
    months = [f"--from_month={LAST}", f"--to_month={LAST}"]
    infer.main([*where(lakehouse), f"--model={model}", "--alias=Champion", *months])
    predictions = lakehouse.read(PROJECT.predictions_table)
    unlanded = F.when(F.col("carrier") != "UA", F.col("arrival_delay"))
    lakehouse.replace(PROJECT.predictions_table, predictions.withColumn("arrival_delay", unlanded))
    label.main(where(lakehouse))
    scorer = Scorer.load(model, "1")
    write_baselines(lakehouse, PROJECT, scorer, "1", first_month=Month(2013, 2), held_out_month=LAST)


def _read(lakehouse: Lakehouse, table: str) -> pa.Table:
    rows = lakehouse.read(table).drop(*MADE_AT).toArrow()
    return rows.sort_by([(key, "ascending") for key in DECLARED[table]["keys"]])


def find_fingerprints(lakehouse: Lakehouse) -> dict[str, Fingerprint]:
    """Return what identifies the content of each table that has a time, but for when rows were made."""
    return {
        table: lakehouse.fingerprint(lakehouse.read(table).drop(*MADE_AT), settings["time"])
        for table, settings in DECLARED.items()
        if "time" in settings
    }
