"""What arrives of the flights project."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from pipelines.months import Month, span
from pipelines.projects.flights.source import read_flights, read_planes, read_weather

YEAR = tuple(span(Month(2013, 1), Month(2013, 12)))


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """All flights of the year."""
    return pd.concat([batch.rows for batch in read_flights(YEAR)], ignore_index=True)


def test_no_flight_is_lost_between_months(flights: pd.DataFrame) -> None:
    """Twelve months on New York's calendar are the whole file, each flight once."""
    assert len(flights) == 336_776
    assert flights["flight_id"].is_unique


def test_late_evening_belongs_to_its_local_day(flights: pd.DataFrame) -> None:
    """A flight in the evening of 31 January is January's, though it is February in UTC."""
    january = read_flights([Month(2013, 1)])[0].rows
    latest = january["scheduled_at"].max()
    assert latest == datetime(2013, 2, 1, 4, 59, tzinfo=UTC)
    assert january["flight_id"].str.startswith("2013-01-").all()
    assert len(flights[flights["flight_id"].str.startswith("2013-01-")]) == len(january) == 27_004


def test_one_flight_in_all_its_columns(flights: pd.DataFrame) -> None:
    """The file's first flight: EWR to Houston, 5:15 to 8:19 there, two minutes late off, eleven late in."""
    flight = flights.set_index("flight_id").loc["2013-01-01-UA-1545-EWR"]
    assert flight["scheduled_at"] == datetime(2013, 1, 1, 10, 15, tzinfo=UTC)
    assert flight["departed_at"] == datetime(2013, 1, 1, 10, 17, tzinfo=UTC)
    assert flight["planned_minutes"] == 4 * 60 + 4
    assert flight["arrived_at"] == datetime(2013, 1, 1, 14, 30, tzinfo=UTC)


def test_times_agree(flights: pd.DataFrame) -> None:
    """No plane lands before it takes off, none flies a day, whatever time zones and midnights it crosses."""
    landed = flights.dropna(subset="arrival_delay")
    minutes = (landed["arrived_at"] - landed["departed_at"]).dt.total_seconds() / 60
    assert minutes.between(20, 1000).all()
    assert flights["planned_minutes"].between(40, 720).all()


def test_cancelled_and_diverted_have_no_arrival(flights: pd.DataFrame) -> None:
    """What never arrived where it should has neither time nor delay of arrival."""
    assert flights["arrival_delay"].isna().sum() == 9_430
    assert (flights["arrived_at"].isna() == flights["arrival_delay"].isna()).all()
    cancelled = flights["departure_delay"].isna()
    assert cancelled.sum() == 8_255
    assert flights.loc[cancelled, "arrived_at"].isna().all()


def test_weather_is_unique_when_the_clock_is_set_back() -> None:
    """In November the clock shows an hour twice; these are two observations."""
    (november,) = read_weather([Month(2013, 11)])
    rows = november.rows
    assert not rows.duplicated(["origin", "observed_at"]).any()
    local = rows["observed_at"].dt.tz_convert("America/New_York").dt.tz_localize(None)
    assert rows.assign(clock=local).duplicated(["origin", "clock"]).sum() == 3


def test_planes_have_no_month() -> None:
    """The register arrives whole, each plane once."""
    (batch,) = read_planes([Month(2013, 5)])
    assert batch.month is None
    assert batch.rows["tail_number"].is_unique
