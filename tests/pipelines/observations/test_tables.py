"""Measuring tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import create_autospec

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.observations.metric import Days
from pipelines.observations.tables import find_last_write, observe_tables

NOW = datetime(2013, 10, 4, 12, tzinfo=UTC)
DAYS = Days(NOW.date(), NOW)


def make_lakehouse(*operations: str) -> Lakehouse:
    """A schema whose tables have a commit an hour, the newest first and an hour ago."""
    times = pd.DatetimeIndex([NOW - timedelta(hours=number + 1) for number in range(len(operations))])
    history = pd.DataFrame({"operation": operations, "timestamp": times.tz_convert(None)})
    spark: Any = create_autospec(SparkSession, instance=True)
    spark.sql.return_value.toPandas.return_value = history
    spark.table.return_value.count.return_value = 5
    return Lakehouse(spark, "dev", "flights")


def test_rows_and_the_last_write() -> None:
    """A table has its rows and the hours since it was written, as of today."""
    metrics = observe_tables(make_lakehouse("MERGE", "CREATE TABLE"), ["weather"], DAYS)
    assert {(each.subject_type, each.subject, each.metric, each.day, each.value) for each in metrics} == {
        ("table", "weather", "rows", NOW.date(), 5),
        ("table", "weather", "hours_since_write", NOW.date(), 1.0),
    }


def test_maintenance_writes_nothing() -> None:
    """A table that is optimised or redescribed is not fresher for it."""
    lakehouse = make_lakehouse("OPTIMIZE", "VACUUM END", "SET TBLPROPERTIES", "WRITE", "CREATE TABLE")
    assert find_last_write(lakehouse, "weather") == NOW - timedelta(hours=4)


def test_a_table_that_was_never_written_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A declared table without any write has rows, and no hours."""
    metrics = observe_tables(make_lakehouse("SET TBLPROPERTIES", "CREATE TABLE"), ["weather"], DAYS)
    assert [each.metric for each in metrics] == ["rows"]
    assert "table dev.flights.weather was not written" in capsys.readouterr().out


def test_a_missing_table_is_said_and_the_others_measured(
    ingested: Lakehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table that isn't there is named; where the engine tells no history, the rows are measured alone."""
    metrics = observe_tables(ingested, ["nowhere", "planes"], DAYS)
    assert [(each.subject, each.metric, each.value) for each in metrics] == [("planes", "rows", 3322)]
    out = capsys.readouterr().out
    assert "table dev.flights.nowhere can't be read" in out
    assert "when table dev.flights.planes was written isn't told" in out


def test_unknown_history_is_one_line(ingested: Lakehouse) -> None:
    """An engine that can't tell a history is an error of one line."""
    with pytest.raises(PipelineError, match="isn't told") as caught:
        find_last_write(ingested, "planes")
    assert "\n" not in str(caught.value)
