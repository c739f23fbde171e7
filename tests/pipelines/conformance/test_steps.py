"""The steps make the same tables on Spark as on the embedded engine.

Doubles are compared exactly: what is summed are whole minutes, which no order of adding changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from deltalake import DeltaTable
from mlflow import MlflowClient
from pyspark.sql import SparkSession

from pipelines.lakehouse import Lakehouse
from tests.pipelines.conformance.months import Outcome, find_fingerprints, run_steps
from tests.pipelines.conformance.spark import CATALOG
from tests.pipelines.conftest import CATALOG as SAIL_CATALOG
from tests.pipelines.conftest import (
    DECLARED,
    bring_in,
    connect,
    declare_tables,
    record_task_values,
    start_sail,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # the first test waits for both engines' tables
TYPES = {"STRING": "string", "INT": "integer", "DOUBLE": "double", "TIMESTAMP": "timestamp"}
ENGINES = ("sail", "spark")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tables of each engine are."""
    return tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="module")
def sail_remote() -> Iterator[str]:
    """The address of the embedded engine."""
    with start_sail() as remote:
        yield remote


@pytest.fixture(scope="module")
def outcomes(
    mlflow_store: MlflowClient, sail_remote: str, spark: SparkSession, folder: Path
) -> dict[str, Outcome]:
    """What both engines made of the same months."""
    noon = datetime.now(tz=UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=36)

    def make(session: SparkSession, catalog: str, engine: str) -> Outcome:
        lakehouse = declare_tables(session, catalog, "months", folder / engine)
        return run_steps(lakehouse, folder / engine, mlflow_store, f"dev.flights.{engine}", noon)

    with record_task_values():
        with connect(sail_remote) as sail:
            embedded = make(sail, SAIL_CATALOG, "sail")
        return {"sail": embedded, "spark": make(spark, CATALOG, "spark")}


@pytest.mark.usefixtures("outcomes")
@pytest.mark.parametrize("engine", ENGINES)
def test_columns_stay_as_declared(folder: Path, engine: str) -> None:
    """Names, order, types and which may be empty: after all the steps, each table is as YAML says."""
    found = {
        table: [
            (field.name, field.type.type, field.nullable)
            for field in DeltaTable(folder / engine / table).schema().fields
        ]
        for table in DECLARED
    }
    assert found == {
        table: [
            (name, TYPES[column["type"]], column.get("nullable", True))
            for name, column in settings["columns"].items()
        ]
        for table, settings in DECLARED.items()
    }


@pytest.mark.parametrize("table", DECLARED)
def test_rows_are_equal(outcomes: dict[str, Outcome], table: str) -> None:
    """Every value of every row is the same, and the types in which clients get them are."""
    sail, spark = (outcomes[engine].rows[table] for engine in ENGINES)
    assert spark.schema == sail.schema
    pd.testing.assert_frame_equal(spark.to_pandas(), sail.to_pandas(), check_exact=True)
    assert spark == sail
    assert spark.num_rows > 0


def test_fingerprints_are_equal(outcomes: dict[str, Outcome]) -> None:
    """What identifies the data that a model was trained on does not depend on the engine."""
    assert outcomes["spark"].fingerprints == outcomes["sail"].fingerprints


def test_training_reads_the_same(outcomes: dict[str, Outcome]) -> None:
    """The same rows fit, tune and judge: the draw by hash is the same, and so are the frames."""
    sail, spark = (outcomes[engine].examples for engine in ENGINES)
    for part in ("fitting", "tuning", "held_out"):
        pd.testing.assert_frame_equal(getattr(spark, part), getattr(sail, part), check_exact=True)
    assert (spark.training_data, spark.held_out_data) == (sail.training_data, sail.held_out_data)


def test_training_makes_the_same_model(outcomes: dict[str, Outcome]) -> None:
    """Two trainings on the two engines have equal errors and tell of equal data."""
    sail, spark = outcomes["sail"], outcomes["spark"]
    assert spark.metrics == sail.metrics
    assert spark.version_tags["data_digest"] == sail.version_tags["data_digest"]


def test_spark_continues_what_sail_began(
    outcomes: dict[str, Outcome], spark: SparkSession, folder: Path
) -> None:
    """Tables of the embedded engine are Delta tables: Spark reads them, and brings a month in anew."""
    adopted = adopt(spark, CATALOG, folder / "sail")
    check_continued(adopted, outcomes["sail"])


def test_sail_continues_what_spark_began(
    outcomes: dict[str, Outcome], sail_remote: str, folder: Path
) -> None:
    """And the other way round."""
    with connect(sail_remote) as sail:
        check_continued(adopt(sail, SAIL_CATALOG, folder / "spark"), outcomes["spark"])


def adopt(session: SparkSession, catalog: str, folder: Path) -> Lakehouse:
    """A schema with the tables that another engine has left in a folder."""
    session.sql(f"CREATE SCHEMA {catalog}.adopted")
    for table in DECLARED:
        session.sql(f"CREATE TABLE {catalog}.adopted.{table} USING DELTA LOCATION '{folder / table}'")
    return Lakehouse.connect(catalog, "adopted")


def check_continued(adopted: Lakehouse, outcome: Outcome) -> None:
    """The other engine's tables are read as it wrote them, and stay so when a month comes again."""
    assert find_fingerprints(adopted) == outcome.fingerprints
    bring_in(adopted, "2013-03", "2013-03")
    assert find_fingerprints(adopted) == outcome.fingerprints
