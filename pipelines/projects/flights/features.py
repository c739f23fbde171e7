"""What is known of a flight at its scheduled departure.

Nothing that happens later goes in: weather is that of the full hour before the scheduled departure, and
delays are those of flights that had landed before the day (in New York) on which the flight is scheduled.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.lakehouse import between
from pipelines.projects.flights.settings import TIME_ZONE

WEATHER = ("temperature", "humidity", "wind_speed", "wind_gust", "precipitation", "pressure", "visibility")
HISTORY_DAYS = 7
LANDING_DAYS = 3  # within which after its schedule a flight lands
HISTORY = timedelta(days=LANDING_DAYS + HISTORY_DAYS + 1)


def build_features(read: Callable[[str], DataFrame], start: datetime, end: datetime) -> DataFrame:
    """Return one row for each flight scheduled from start to before end."""
    flights = (
        read("flights").where(between("scheduled_at", start, end)).withColumn("day", _day("scheduled_at"))
    )
    weather = (
        read("weather").where(between("observed_at", start, end)).select("origin", "observed_at", *WEATHER)
    )
    planes = read("planes").select(
        "tail_number", "built", F.col("seats").alias("plane_seats"), F.col("engine").alias("plane_engine")
    )
    landed = _landed(read("flights"), start, end)
    return (
        flights.withColumn("observed_at", F.date_trunc("hour", "scheduled_at"))
        .join(weather, ["origin", "observed_at"], "left")
        .join(planes, ["tail_number"], "left")
        .join(
            _recent_delay(landed, ["origin", "carrier"], HISTORY_DAYS, "carrier_delay_7d"),
            ["origin", "carrier", "day"],
            "left",
        )
        .join(_recent_delay(landed, ["origin"], 1, "origin_delay_1d"), ["origin", "day"], "left")
        .withColumns(
            {
                "hour": F.hour(_local("scheduled_at")),
                "weekday": F.dayofweek("day"),
                "month": F.month("day"),
                "plane_age": F.year("day") - F.col("built"),
            }
        )
    )


def _local(column: str) -> Column:
    return F.from_utc_timestamp(column, TIME_ZONE)


def _day(column: str) -> Column:
    return F.to_date(_local(column))


def _landed(flights: DataFrame, start: datetime, end: datetime) -> DataFrame:
    """Return the flights that landed early enough, and not too early, to be history of the time span."""
    past = timedelta(days=HISTORY_DAYS + 1)
    # This bounds what is read, no more.
    scheduled = flights.where(between("scheduled_at", start - HISTORY, end))
    return scheduled.where(between("arrived_at", start - past, end)).withColumn("day", _day("arrived_at"))


def _recent_delay(landed: DataFrame, group: list[str], days: int, name: str) -> DataFrame:
    """Return, per group and day, the mean delay of what landed in that many days before that day."""
    daily = landed.groupBy(*group, "day").agg(
        F.sum("arrival_delay").alias("delay"), F.count("arrival_delay").alias("flights")
    )
    # Each day counts towards each of the days after it.
    shifted = daily.select(
        *group,
        F.explode(F.array(*(F.date_add("day", n) for n in range(1, days + 1)))).alias("day"),
        "delay",
        "flights",
    )
    return shifted.groupBy(*group, "day").agg((F.sum("delay") / F.sum("flights")).alias(name))
