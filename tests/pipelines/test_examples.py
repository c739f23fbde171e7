"""Cutting the feature table into what trains, tunes and judges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.errors import PipelineError
from pipelines.examples import find_days, read_examples, read_held_out
from pipelines.lakehouse import Lakehouse
from pipelines.months import Month
from pipelines.projects.flights import PROJECT
from tests.pipelines.conftest import MakeLakehouse


def test_the_last_month_is_held_out(ingested: Lakehouse) -> None:
    """Nothing of the held-out month trains or tunes, and all labelled rows are somewhere."""
    examples = read_examples(ingested, PROJECT, max_rows=0, seed=1)
    assert (examples.first, examples.last, examples.held_out_month) == (
        Month(2013, 1),
        Month(2013, 2),
        Month(2013, 3),
    )
    assert set(examples.held_out["month"]) == {3}
    assert set(examples.fitting["month"]) == set(examples.tuning["month"]) == {1, 2}
    total = ingested.read("flights").where("arrival_delay IS NOT NULL").count()
    assert len(examples.fitting) + len(examples.tuning) + len(examples.held_out) == total
    assert examples.training_data.rows == len(examples.fitting) + len(examples.tuning)


def test_tuning_rows_are_apart_and_alike(ingested: Lakehouse) -> None:
    """A fifth tunes, never fits, and is the same for the same seed only."""
    first = read_examples(ingested, PROJECT, max_rows=6000, seed=1)
    again = read_examples(ingested, PROJECT, max_rows=6000, seed=1)
    other = read_examples(ingested, PROJECT, max_rows=6000, seed=2)
    assert not set(first.tuning["flight_id"]) & set(first.fitting["flight_id"])
    assert 0.15 < len(first.tuning) / first.training_data.rows < 0.25
    assert set(first.tuning["flight_id"]) == set(again.tuning["flight_id"])
    assert set(first.fitting["flight_id"]) != set(other.fitting["flight_id"])


def test_rows_are_limited_for_training_only(ingested: Lakehouse) -> None:
    """A limit draws about as many training rows; the held-out month stays whole, so errors compare."""
    examples = read_examples(ingested, PROJECT, max_rows=2000, seed=1)
    assert 1700 < examples.training_data.rows < 2300
    assert len(examples.held_out) == len(read_held_out(ingested, PROJECT, Month(2013, 3))) > 25_000


def test_one_month_is_not_enough(ingested: Lakehouse, make_lakehouse: MakeLakehouse) -> None:
    """With a single month nothing could be held out."""
    lakehouse = make_lakehouse("one_month")
    lakehouse.append(
        "flight_features", ingested.read("flight_features").where(F.col("month") == 1).limit(100)
    )
    with pytest.raises(PipelineError, match="only 2013-01 has labelled rows"):
        read_examples(lakehouse, PROJECT, max_rows=0, seed=1)


def test_months_without_labels_are_not_held_out(ingested: Lakehouse, make_lakehouse: MakeLakehouse) -> None:
    """Flights that are still to land don't make their month the last one."""
    lakehouse = make_lakehouse("unlanded")
    features = ingested.read("flight_features")
    unlanded = F.when(F.col("month") < 3, F.col("arrival_delay"))
    lakehouse.append("flight_features", features.withColumn("arrival_delay", unlanded))
    assert read_examples(lakehouse, PROJECT, max_rows=100, seed=1).held_out_month == Month(2013, 2)


def test_a_given_month_is_held_out(ingested: Lakehouse) -> None:
    """With an earlier month held out, later ones are left out, as if they hadn't come yet."""
    examples = read_examples(ingested, PROJECT, max_rows=1000, seed=1, held_out_month=Month(2013, 2))
    assert (examples.last, examples.held_out_month) == (Month(2013, 1), Month(2013, 2))
    assert set(examples.held_out["month"]) == {2}
    assert set(examples.fitting["month"]) == {1}


def test_table_that_changes_meanwhile_is_refused(
    ingested: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of two versions of the table are no data that could be named."""
    versions = iter([3, 4])
    monkeypatch.setattr(Lakehouse, "version", lambda *_: next(versions))
    with pytest.raises(PipelineError, match="flight_features was changed while it was read"):
        read_examples(ingested, PROJECT, max_rows=1000, seed=1)


def test_month_without_rows_is_refused(ingested: Lakehouse) -> None:
    """Held-out rows that are gone are an error, not an empty comparison."""
    with pytest.raises(PipelineError, match="no labelled rows of 2013-09"):
        read_held_out(ingested, PROJECT, Month(2013, 9))


def test_days_are_the_projects(ingested: Lakehouse) -> None:
    """A row's day is that of the project's calendar."""
    late = ingested.read("flight_features").where(
        F.col("scheduled_at") == F.lit(datetime(2013, 2, 1, 4, 59, tzinfo=UTC))
    )
    rows = late.toPandas()
    assert set(find_days(rows, PROJECT)) == {"2013-01-31"}
    assert set(find_days(rows, replace(PROJECT, time_zone="UTC"))) == {"2013-02-01"}
