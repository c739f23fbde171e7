"""How often an endpoint was asked and answered with an error, and how long it took."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.lakehouse import Lakehouse, between
from pipelines.observations.metric import Days, Metric
from pipelines.progress import say


def observe_endpoint(lakehouse: Lakehouse, payload_table: str, endpoint: str, days: Days) -> list[Metric]:
    """Return requests, errors and the percentiles of the answered ones' duration by day.

    From the endpoint's inference table; where that isn't there yet, nothing, and it is said.
    """
    if not lakehouse.has(payload_table):
        say(f"{lakehouse.name(payload_table)} is not there yet: endpoint {endpoint} has logged no request")
        return []
    answered = F.when(F.col("status_code") == F.lit(200), F.col("execution_duration_ms").cast("double"))
    found = (
        lakehouse.read(payload_table)
        .where(between("request_time", days.start, days.now))
        .select(
            "databricks_request_id", F.to_date("request_time").alias("day"), answered.alias("milliseconds")
        )
        .dropDuplicates(["databricks_request_id"])  # one may be logged more than once
        .groupBy("day")
        .agg(
            F.count(F.lit(1)).alias("requests"),
            F.count(F.when(F.col("milliseconds").isNull(), 1)).alias("errors"),
            F.percentile("milliseconds", F.lit(0.5)).alias("p50_milliseconds"),
            F.percentile("milliseconds", F.lit(0.95)).alias("p95_milliseconds"),
        )
        .collect()
    )
    by_day = {row["day"]: row.asDict() for row in found}
    return [metric for day in days.all for metric in _measure(endpoint, day, by_day.get(day, {}))]


def _measure(endpoint: str, day: date, values: dict[str, Any]) -> Iterator[Metric]:
    for metric in ("requests", "errors"):
        yield Metric("endpoint", endpoint, metric, day, float(values.get(metric, 0)))
    for metric in ("p50_milliseconds", "p95_milliseconds"):
        if values.get(metric) is not None:
            yield Metric("endpoint", endpoint, metric, day, float(values[metric]))
