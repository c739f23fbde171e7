"""Features know nothing that happens after the scheduled departure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.lakehouse import Lakehouse, between
from pipelines.months import Month
from pipelines.projects.flights.features import build_features
from pipelines.projects.flights.source import read_flights, read_planes, read_weather
from tests.pipelines.conftest import MakeLakehouse

NEW_YORK = "America/New_York"
NOW = datetime(2013, 1, 15, 17, tzinfo=UTC)  # noon in New York
HOUR = NOW, NOW + timedelta(hours=1)


def store(lakehouse: Lakehouse, flights: pd.DataFrame, weather: pd.DataFrame) -> None:
    """Replace flights and weather by these rows."""
    for table, rows, time in (("flights", flights, "scheduled_at"), ("weather", weather, "observed_at")):
        everything = between(time, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        lakehouse.overwrite(table, lakehouse.frame(table, rows), everything)


def build(lakehouse: Lakehouse, start: datetime, end: datetime) -> pd.DataFrame:
    """The features of what is scheduled in between, with the columns of the table."""
    columns = lakehouse.read("flight_features").columns
    return (
        build_features(lakehouse.read, start, end)
        .select(*columns)
        .toPandas()
        .sort_values("flight_id", ignore_index=True)
    )


@pytest.fixture(scope="module")
def january() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The flights and the weather of January."""
    return read_flights([Month(2013, 1)])[0].rows, read_weather([Month(2013, 1)])[0].rows


@pytest.fixture(scope="module")
def lakehouse(make_lakehouse: MakeLakehouse) -> Lakehouse:
    """A schema with the planes."""
    made = make_lakehouse("leakage")
    made.merge("planes", made.frame("planes", read_planes([])[0].rows), ["tail_number"])
    return made


def test_nothing_later_gets_in(lakehouse: Lakehouse, january: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """The features of an hour's flights are the same when everything after that hour's start is different."""
    flights, weather = january
    store(lakehouse, flights, weather)
    before = build(lakehouse, *HOUR)
    later = (flights["arrived_at"] >= NOW) | flights["arrived_at"].isna()
    outcome = ["arrival_delay", "departure_delay"]
    changed = flights.assign(**{name: flights[name].where(~later, 999.0) for name in outcome})
    changed["arrived_at"] = changed["arrived_at"].where(~later, NOW + timedelta(hours=9))
    changed["departed_at"] = changed["departed_at"].where(
        flights["departed_at"] < NOW, NOW + timedelta(hours=8)
    )
    store(lakehouse, changed, weather[weather["observed_at"] <= NOW])
    after = build(lakehouse, *HOUR)
    assert len(before) > 40
    pd.testing.assert_frame_equal(before.drop(columns="arrival_delay"), after.drop(columns="arrival_delay"))
    assert (after["arrival_delay"] == 999.0).all()


def test_history_is_what_had_landed_before_the_day(
    lakehouse: Lakehouse, january: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    """Recent delays are means over the landings of whole earlier days, computed here in another way."""
    flights, weather = january
    store(lakehouse, flights, weather)
    found = build(lakehouse, datetime(2013, 1, 15, 5, tzinfo=UTC), datetime(2013, 1, 16, 5, tzinfo=UTC))
    landed = flights.dropna(subset="arrival_delay").assign(
        day=lambda rows: rows["arrived_at"].dt.tz_convert(NEW_YORK).dt.strftime("%Y-%m-%d")
    )
    week = landed[landed["day"].between("2013-01-08", "2013-01-14")]
    for (carrier, origin), rows in found.groupby(["carrier", "origin"]):
        expected = week[(week["carrier"] == carrier) & (week["origin"] == origin)]["arrival_delay"].mean()
        assert np.allclose(rows["carrier_delay_7d"], expected)
    yesterday = landed[landed["day"] == "2013-01-14"].groupby("origin")["arrival_delay"].mean()
    assert np.allclose(found["origin_delay_1d"], found["origin"].map(yesterday))


def test_history_reaches_into_the_month_before(ingested: Lakehouse) -> None:
    """The first days of a month have a history when the month before is there."""
    first_days = ingested.read("flight_features").where("flight_id LIKE '2013-__-01-%'")
    rows = first_days.groupBy("month").agg(F.count("origin_delay_1d").alias("known")).collect()
    known = {row["month"]: row["known"] for row in rows}
    assert known[1] == 0
    assert known[2] > 800


def test_values_of_one_flight(ingested: Lakehouse) -> None:
    """Clock and calendar are New York's, the weather is the scheduled hour's, the plane's age in years."""
    row = ingested.read("flight_features").where("flight_id = '2013-01-01-UA-1545-EWR'").collect()[0]
    assert (row["hour"], row["weekday"], row["month"]) == (5, 3, 1)  # a Tuesday
    assert row["temperature"] is not None
    observed = ingested.read("weather").where(
        (F.col("origin") == "EWR") & (F.col("observed_at") == F.lit(datetime(2013, 1, 1, 10, tzinfo=UTC)))
    )
    assert row["temperature"] == observed.collect()[0]["temperature"]
    plane = ingested.read("planes").where("tail_number = 'N14228'").collect()[0]
    assert row["plane_age"] == 2013 - plane["built"]


def test_missing_weather_and_planes_keep_the_flight(ingested: Lakehouse) -> None:
    """A flight whose plane isn't registered, or whose hour has no observation, is there with gaps."""
    rows = ingested.read("flight_features").toPandas()
    assert 0.1 < rows["plane_seats"].isna().mean() < 0.2
    assert 0 < rows["temperature"].isna().mean() < 0.02


@pytest.mark.parametrize("change", ["2013-03-10", "2013-11-03"], ids=["to summer time", "to winter time"])
def test_clocks_are_new_yorks_when_they_change(
    lakehouse: Lakehouse, january: tuple[pd.DataFrame, pd.DataFrame], change: str
) -> None:
    """Around a change of the clock each flight has New York's hour, day and weather of its own instant."""
    flights, weather = january
    instants = pd.date_range(f"{change} 03:30", periods=12, freq="h", tz="UTC")
    flights = flights.head(12).assign(scheduled_at=instants, origin="EWR")
    observed = weather.head(12).assign(observed_at=instants.floor("h"), origin="EWR", temperature=range(12))
    store(lakehouse, flights, observed)
    start = instants[0].floor("h").to_pydatetime()
    found = build(lakehouse, start, start + timedelta(hours=12)).sort_values("scheduled_at")
    local = instants.tz_convert(NEW_YORK)
    assert list(found["hour"]) == list(local.hour)
    assert list(found["weekday"]) == [day % 7 + 1 for day in local.isocalendar()["day"]]
    assert list(found["month"]) == list(local.month)
    assert list(found["temperature"]) == list(range(12))
