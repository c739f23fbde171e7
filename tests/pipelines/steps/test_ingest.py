"""Bringing months in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.lakehouse import Lakehouse
from pipelines.months import Month
from pipelines.project import Batch
from pipelines.projects.flights import PROJECT
from pipelines.steps import ingest
from tests.pipelines.conftest import MakeLakehouse, where

JANUARY = ["--from_month=2013-01", "--to_month=2013-01"]


def count(lakehouse: Lakehouse) -> dict[str, int]:
    """Rows of each ingested table."""
    return {source.table: lakehouse.read(source.table).count() for source in PROJECT.sources}


def test_months_arrive(ingested: Lakehouse) -> None:
    """Every flight, observation and plane of three months is there, once."""
    assert count(ingested) == {
        "planes": 3322,
        "weather": 2226 + 2010 + 2227,
        "flights": 27004 + 24951 + 28834,
    }
    keys = ingested.read("flights").select(F.countDistinct("flight_id")).collect()[0][0]
    assert keys == 27004 + 24951 + 28834


def test_a_month_again_changes_nothing(make_lakehouse: MakeLakehouse) -> None:
    """A month that is brought in twice, beside another, is there once, with the same content."""
    lakehouse = make_lakehouse("again")
    ingest.main([*where(lakehouse), "--from_month=2013-01", "--to_month=2013-02"])
    before = lakehouse.fingerprint(lakehouse.read("flights"), "scheduled_at"), count(lakehouse)
    ingest.main([*where(lakehouse), *JANUARY])
    assert (lakehouse.fingerprint(lakehouse.read("flights"), "scheduled_at"), count(lakehouse)) == before


@pytest.fixture(scope="module")
def january() -> pd.DataFrame:
    """The first hundred flights of the year."""
    return PROJECT.sources[-1].read([Month(2013, 1)])[0].rows.head(100)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda rows: rows.head(0), "flights 2013-01: there are no rows"),
        (lambda rows: rows.drop(columns="carrier"), "flights 2013-01: column carrier is missing"),
        (lambda rows: pd.concat([rows, rows.head(2)]), "flights 2013-01: 2 rows repeat another's flight_id"),
        (
            lambda rows: rows.assign(flight_id=rows["flight_id"].where(np.arange(len(rows)) > 2)),
            "3 rows without flight_id",
        ),
        (
            lambda rows: rows.assign(scheduled_at=rows["scheduled_at"] + pd.Timedelta(days=31)),
            "100 rows are of another month",
        ),
    ],
    ids=["empty", "column", "repeated", "keyless", "strays"],
)
def test_unfit_rows_store_nothing(  # noqa: PLR0917 - fixtures
    make_lakehouse: MakeLakehouse,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    january: pd.DataFrame,
    spoil: Callable[[pd.DataFrame], pd.DataFrame],
    message: str,
) -> None:
    """Rows that can't be right end the step with one line, and no table gets a row."""
    lakehouse = make_lakehouse(f"unfit_{request.node.callspec.id}")
    flights = replace(PROJECT.sources[-1], read=lambda months: [Batch(months[0], spoil(january))])
    monkeypatch.setattr(
        "pipelines.projects.flights.PROJECT", replace(PROJECT, sources=(*PROJECT.sources[:-1], flights))
    )
    with pytest.raises(SystemExit) as caught:
        ingest.main([*where(lakehouse), *JANUARY])
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert count(lakehouse) == {"planes": 0, "weather": 0, "flights": 0}


def test_month_without_data_is_refused(
    make_lakehouse: MakeLakehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """A month that has not happened yet is an error, not an empty success."""
    lakehouse = make_lakehouse("future")
    with pytest.raises(SystemExit):
        ingest.main([*where(lakehouse), "--from_month=2014-06", "--to_month=2014-06"])
    assert "flights 2014-06: there are no rows" in capsys.readouterr().err


def test_unknown_project_names_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A project that doesn't exist ends the step with the names of those that do."""
    with pytest.raises(SystemExit):
        ingest.main(["--project=trains", "--catalog=dev", "--schema=flights", *JANUARY])
    assert "unknown project 'trains' (known: flights)" in capsys.readouterr().err
