"""Measuring the endpoint by its inference table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipelines.lakehouse import Lakehouse
from pipelines.observations.endpoint import observe_endpoint
from pipelines.observations.metric import Days, Metric

NOW = datetime(2013, 10, 4, 12, tzinfo=UTC)
DAYS = Days(date(2013, 10, 2), NOW)
COLUMNS = (
    "databricks_request_id STRING, request_time TIMESTAMP, status_code INT, execution_duration_ms BIGINT"
)


@pytest.fixture
def lakehouse(spark: SparkSession, tmp_path: Path) -> Lakehouse:
    """A schema with an empty payload table."""
    schema = f"observed_{tmp_path.name}"
    spark.sql(f"CREATE SCHEMA dev.{schema}")
    spark.sql(f"CREATE TABLE dev.{schema}.payload ({COLUMNS}) USING DELTA LOCATION '{tmp_path / 'payload'}'")
    return Lakehouse.connect("dev", schema)


def log(lakehouse: Lakehouse, *requests: tuple[str, datetime, int, int]) -> None:
    """Log requests: id, time, status and milliseconds."""
    lakehouse.append("payload", lakehouse.spark.createDataFrame(list(requests), COLUMNS))


def of(metrics: list[Metric], metric: str) -> dict[int, float]:
    """One metric by the day of October."""
    assert {(each.subject_type, each.subject) for each in metrics} == {("endpoint", "delays")}
    return {each.day.day: each.value for each in metrics if each.metric == metric}


def test_traffic_errors_and_latency(lakehouse: Lakehouse) -> None:
    """Each day has its requests and errors, and the percentiles of what was answered."""
    second = datetime(2013, 10, 2, 8, tzinfo=UTC)
    log(
        lakehouse,
        *((f"r{number}", second + timedelta(seconds=number), 200, number) for number in range(1, 101)),
        ("slow failure", second, 500, 60_000),
        ("bad request", second, 400, 1),
        ("r1", second, 200, 1),
        ("before", datetime(2013, 10, 1, 23, 59, tzinfo=UTC), 200, 5),
        ("today", NOW - timedelta(hours=1), 503, 5),
    )
    metrics = observe_endpoint(lakehouse, "payload", "delays", DAYS)
    assert of(metrics, "requests") == {2: 102, 3: 0, 4: 1}
    assert of(metrics, "errors") == {2: 2, 3: 0, 4: 1}
    assert of(metrics, "p50_milliseconds") == {2: pytest.approx(50.5)}
    assert of(metrics, "p95_milliseconds") == {2: pytest.approx(95.05)}


def test_an_endpoint_that_was_never_asked_is_said(
    lakehouse: Lakehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the payload table nothing is measured, and one line says why."""
    assert observe_endpoint(lakehouse, "nowhere", "delays", DAYS) == []
    assert "endpoint delays has logged no request" in capsys.readouterr().out
