"""What the platform logs of an endpoint that was asked: its inference table, and what it served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.lakehouse import Lakehouse
from pipelines.months import Month
from pipelines.predictions import read_features
from pipelines.projects.flights import PROJECT
from tests.pipelines.steps.test_unpack import COLUMNS, ENTITIES, PAYLOAD, make_table

SERVED = "served_entities"


def log_requests(lakehouse: Lakehouse, folder: Path, model: str, month: Month, noon: datetime) -> None:
    """Log requests for a month's flights from noon on: for one, for many, refused, unreadable."""
    for table, columns in ((PAYLOAD, COLUMNS), (SERVED, ENTITIES)):
        make_table(lakehouse, table, columns, folder / table)
    entity = lakehouse.spark.createDataFrame([("entity-1", model, "1", noon)], ENTITIES)
    lakehouse.append(SERVED, entity)
    rows = lakehouse.spark.createDataFrame(list(_make(lakehouse, month, noon)), COLUMNS)
    lakehouse.append(PAYLOAD, rows)


def _make(lakehouse: Lakehouse, month: Month, noon: datetime) -> Iterator[tuple[Any, ...]]:
    flights = read_features(lakehouse, PROJECT, month).sort_values("flight_id").head(60)
    inputs = json.loads(flights[list(PROJECT.model.inputs)].to_json(orient="records"))
    for number, (flight_id, row) in enumerate(zip(flights["flight_id"], inputs, strict=True)):
        took = timedelta(milliseconds=7 * number)
        texts = {"dataframe_records": [row]}, {"predictions": [number / 3]}
        yield _log(f"one-{number}", noon + number * took, *texts, client=flight_id, took=took)
    split = {"columns": list(inputs[0]), "data": [list(row.values()) for row in inputs]}
    many = {"predictions": [index / 7 for index in range(len(inputs))]}
    yield _log("many", noon, {"dataframe_split": split}, many)
    yield _log("refused", noon, {"dataframe_records": []}, {"error_code": "BAD"}, status=400)
    yield _log("unreadable", noon, "no rows", "no predictions")


def _log(
    request_id: str,
    at: datetime,
    request: Any,
    response: Any,
    *,
    client: str | None = None,
    status: int = 200,
    took: timedelta = timedelta(milliseconds=12),
) -> tuple[Any, ...]:
    return (
        *(request_id, at.date(), client, at, status, 1.0, took // timedelta(milliseconds=1)),
        *(json.dumps(request), json.dumps(response), [], "entity-1", "someone"),
    )
