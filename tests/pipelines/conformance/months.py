"""What the steps make of some real months on one engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from mlflow import MlflowClient
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.baselines import write_baselines
from pipelines.examples import Examples, read_examples
from pipelines.lakehouse import Fingerprint, Lakehouse
from pipelines.months import Month
from pipelines.parameters import ObserveParameters
from pipelines.projects.flights import PROJECT
from pipelines.scoring import Scorer
from pipelines.steps import infer, label, observe, train, unpack
from tests.pipelines.conformance.asked import SERVED, log_requests
from tests.pipelines.conftest import DECLARED, EXPERIMENT, bring_in, make_quick, where
from tests.pipelines.observations.test_jobs import make_workspace

# From winter to summer time and back; March has the history of February, the others have none.
RANGES = (("2013-02", "2013-03"), ("2013-11", "2013-11"))
LAST = Month(2013, 11)
MADE_AT = {"predicted_at", "measured_at"}  # columns that tell when a row was made


@dataclass(frozen=True)
class Outcome:
    """What is in the tables, what training read of them, and what it made of it."""

    rows: Mapping[str, pa.Table]  # by table, in the order of the keys
    fingerprints: Mapping[str, Fingerprint]
    examples: Examples
    version_tags: Mapping[str, str]
    metrics: Mapping[str, float]


def run_steps(lakehouse: Lakehouse, folder: Path, store: MlflowClient, model: str, noon: datetime) -> Outcome:
    """Return what the jobs' entry points make of the months, and of requests from noon on."""
    with _project(lakehouse):
        for first, last in RANGES:
            bring_in(lakehouse, first, last)
        _train(lakehouse, store, model)
        _predict(lakehouse, model)
        log_requests(lakehouse, folder, model, LAST, noon)
        unpack.main([*where(lakehouse), f"--model={model}"])
        label.main(where(lakehouse))
        _observe(lakehouse)
    version = store.get_model_version(model, "1")
    return Outcome(
        rows={table: _read(lakehouse, table) for table in DECLARED},
        fingerprints=find_fingerprints(lakehouse),
        examples=read_examples(lakehouse, PROJECT, max_rows=6000, seed=1),
        version_tags=version.tags,
        metrics=store.get_run(str(version.run_id)).data.metrics,
    )


@contextmanager
def _project(lakehouse: Lakehouse) -> Iterator[None]:
    """Let the project have a quick model, and find what the platform serves in its own schema."""
    monitoring = replace(PROJECT.monitoring, served_entities=lakehouse.name(SERVED))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "pipelines.projects.flights.PROJECT", replace(make_quick(PROJECT), monitoring=monitoring)
        )
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
    """Predict a month, and keep its baselines; of one carrier's flights it isn't known yet what came true."""
    months = [f"--from_month={LAST}", f"--to_month={LAST}"]
    infer.main([*where(lakehouse), f"--model={model}", "--alias=Champion", *months])
    predictions = lakehouse.read(PROJECT.predictions_table)
    landed = F.when(F.col("carrier") != "UA", F.col("arrival_delay"))
    lakehouse.replace(PROJECT.predictions_table, predictions.withColumn("arrival_delay", landed))
    scorer = Scorer.load(model, "1")
    write_baselines(lakehouse, PROJECT, scorer, "1", first_month=Month(2013, 2), held_out_month=LAST)


def _observe(lakehouse: Lakehouse) -> None:
    workspace = make_workspace({"flights-training": []})
    workspace.jobs.list_runs.side_effect = None
    workspace.jobs.list_runs.return_value = []
    observe.observe(ObserveParameters.parse([*where(lakehouse), "--endpoint=flights"]), workspace)


def _read(lakehouse: Lakehouse, table: str) -> pa.Table:
    rows = _find_lasting(lakehouse, table).toArrow()
    return rows.sort_by([(key, "ascending") for key in DECLARED[table]["keys"]])


def find_fingerprints(lakehouse: Lakehouse) -> dict[str, Fingerprint]:
    """Return what identifies the content of each table that has a time."""
    return {
        table: lakehouse.fingerprint(_find_lasting(lakehouse, table), settings["time"])
        for table, settings in DECLARED.items()
        if "time" in settings
    }


def _find_lasting(lakehouse: Lakehouse, table: str) -> DataFrame:
    """Return a table without what tells when the steps ran: of operations, only the day that was asked on."""
    rows = lakehouse.read(table).drop(*MADE_AT)
    if table != PROJECT.monitoring.operational_table:
        return rows
    asked = lakehouse.read(PROJECT.monitoring.requests_table).select(
        F.date_trunc("day", "requested_at").alias("window_start")
    )
    return rows.join(asked, "window_start", "left_semi")
