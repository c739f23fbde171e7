"""Bringing months in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.errors import PipelineError
from pipelines.lakehouse import Fingerprint, Lakehouse
from pipelines.months import Month
from pipelines.project import Batch
from pipelines.projects.flights import PROJECT
from pipelines.steps import ingest
from tests.pipelines.conftest import MakeLakehouse, where

JANUARY = ["--from_month=2013-01", "--to_month=2013-01"]
FEBRUARY = ["--from_month=2013-02", "--to_month=2013-02"]
ANY_TIME = datetime(2013, 1, 1, tzinfo=UTC)


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
def january(make_lakehouse: MakeLakehouse) -> Lakehouse:
    """A schema with January. Nothing that arrives in these tests may change it."""
    lakehouse = make_lakehouse("unfit")
    ingest.main([*where(lakehouse), *JANUARY])
    return lakehouse


@pytest.fixture(scope="module")
def february() -> pd.DataFrame:
    """A hundred flights of February."""
    return PROJECT.sources[-1].read([Month(2013, 2)])[0].rows.head(100)


def find_content(lakehouse: Lakehouse) -> list[Fingerprint]:
    """What identifies the content of each ingested table, those without a time too."""
    tables = (lakehouse.read(source.table).withColumn("any", F.lit(ANY_TIME)) for source in PROJECT.sources)
    return [lakehouse.fingerprint(rows, "any") for rows in tables]


def let_arrive(
    monkeypatch: pytest.MonkeyPatch, *batches: Batch | PipelineError, table: str = "flights"
) -> None:
    """Let batches be what arrives for a table, or reading end with an error."""

    def read(_: Sequence[Month]) -> list[Batch]:
        for batch in batches:
            if isinstance(batch, PipelineError):
                raise batch
        return [batch for batch in batches if isinstance(batch, Batch)]

    sources = [replace(source, read=read) if source.table == table else source for source in PROJECT.sources]
    monkeypatch.setattr("pipelines.projects.flights.PROJECT", replace(PROJECT, sources=tuple(sources)))


Refuse = Callable[..., str]


@pytest.fixture
def refuse(january: Lakehouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refuse:
    """Lets batches arrive, checks that nothing is stored, and returns the one line that tells why."""

    def run(*batches: Batch | PipelineError, table: str = "flights") -> str:
        let_arrive(monkeypatch, *batches, table=table)
        before = find_content(january)
        with pytest.raises(SystemExit) as caught:
            ingest.main([*where(january), *FEBRUARY])
        assert caught.value.code == 1
        assert find_content(january) == before
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("ingest: nothing was stored: ")
        return line

    return run


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda rows: rows.head(0), "there are no rows"),
        (lambda rows: rows.drop(columns=["carrier", "dest"]), "column carrier, dest is missing"),
        (
            lambda rows: rows.rename(columns={"carrier": "airline"}),
            "column carrier is missing and airline is unknown: was it renamed?",
        ),
        (
            lambda rows: rows.assign(gate="A1"),
            "column gate is unknown: declare it in the table, or leave it out in the source",
        ),
        (lambda rows: pd.concat([rows, rows["dest"]], axis=1), "column dest is there twice"),
        (lambda rows: pd.concat([rows, rows.head(2)]), "2 rows repeat another's flight_id"),
        (lambda rows: rows.assign(flight_id=gap(rows["flight_id"])), "3 rows without flight_id"),
        (lambda rows: rows.assign(scheduled_at=gap(rows["scheduled_at"])), "3 rows without scheduled_at"),
        (
            lambda rows: rows.assign(scheduled_at=rows["scheduled_at"] + pd.Timedelta(days=31)),
            "100 rows are of another month",
        ),
        (
            lambda rows: rows.assign(distance="far"),
            "100 values of distance are no numbers, such as 'far'",
        ),
        (
            lambda rows: rows.assign(flight_number=rows["flight_number"] + 0.5),
            "100 values of flight_number are no whole numbers of 32 bits, such as ",
        ),
        (
            lambda rows: rows.assign(carrier=range(100)),
            "100 values of carrier are no text, such as 0",
        ),
        (
            lambda rows: rows.assign(scheduled_at=rows["scheduled_at"].dt.tz_localize(None)),
            "100 values of scheduled_at are no instants with a time zone, such as Timestamp('2013-02-01 ",
        ),
    ],
    ids=[
        *("empty", "column missing", "column renamed", "column too many", "column twice", "rows repeated"),
        *("no key", "no time", "another month"),
        *("text for a number", "fraction for a whole", "number for text", "time without zone"),
    ],
)
def test_unfit_rows_store_nothing(
    refuse: Refuse, february: pd.DataFrame, spoil: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    """Rows that can't be right end the step with one line, and all tables keep what they have."""
    assert f"flights 2013-02: {message}" in refuse(Batch(Month(2013, 2), spoil(february)))


def gap(values: pd.Series[Any]) -> pd.Series[Any]:
    """The values without the first three."""
    return values.where(np.arange(len(values)) > 2)


def test_keys_of_another_month_are_refused(
    refuse: Refuse, january: Lakehouse, february: pd.DataFrame
) -> None:
    """A month doesn't bring a key that another month has: it would be in the table twice."""
    known = [row["flight_id"] for row in january.read("flights").limit(2).collect()]
    rows = february.assign(flight_id=[*known, *february["flight_id"][2:]])
    line = refuse(Batch(Month(2013, 2), rows))
    assert "flights: 2 rows repeat flight_id of a month that is there already" in line


def test_keys_of_two_arriving_months_are_refused(refuse: Refuse, february: pd.DataFrame) -> None:
    """Nor do two months that arrive together bring the same key."""
    line = refuse(Batch(Month(2013, 2), february), Batch(Month(2013, 3), postpone(february)))
    assert "flights: 100 rows repeat another month's flight_id" in line


def test_a_key_may_move_between_months_that_are_replaced(
    make_lakehouse: MakeLakehouse, monkeypatch: pytest.MonkeyPatch, february: pd.DataFrame
) -> None:
    """What is replaced doesn't count: two months can be corrected together."""
    lakehouse = make_lakehouse("moved")
    march = postpone(february).assign(flight_id="later " + february["flight_id"])
    moved = march.assign(flight_id=[february["flight_id"][0], *march["flight_id"][1:]])
    for first, second in ((february, march), (february[1:], moved)):
        let_arrive(monkeypatch, Batch(Month(2013, 2), first), Batch(Month(2013, 3), second))
        ingest.main([*where(lakehouse), *FEBRUARY])
    assert count(lakehouse)["flights"] == 199


def postpone(flights: pd.DataFrame) -> pd.DataFrame:
    """Flights of February as flights of March."""
    return flights.assign(scheduled_at=flights["scheduled_at"] + pd.Timedelta(days=28))


def test_unfit_register_stores_nothing(refuse: Refuse) -> None:
    """Rows that would be merged are checked as well: of a plane's two rows no one knows which is right."""
    planes = PROJECT.sources[0].read([])[0].rows.head(10)
    line = refuse(Batch(None, pd.concat([planes, planes.head(1)])), table="planes")
    assert line.endswith("planes: 1 rows repeat another's tail_number")


def test_unreadable_file_stores_nothing(refuse: Refuse) -> None:
    """What a source finds wrong with what it reads is told in the same way."""
    line = refuse(PipelineError("flights.csv: column carrier is missing"))
    assert line.endswith(": flights: flights.csv: column carrier is missing")


def test_every_problem_is_told(refuse: Refuse, february: pd.DataFrame) -> None:
    """One run tells what is wrong with all that arrived, so that it can be mended at once."""
    keyless = february.assign(flight_id=gap(february["flight_id"]))
    line = refuse(Batch(Month(2013, 2), february.head(0)), Batch(Month(2013, 3), keyless))
    assert "flights 2013-02: there are no rows" in line
    assert "flights 2013-03: 3 rows without flight_id" in line
    assert "flights 2013-03: 100 rows are of another month" in line


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
