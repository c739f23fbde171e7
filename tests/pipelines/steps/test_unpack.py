"""Requests of the inference table, made into rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row

from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights import PROJECT
from pipelines.steps import unpack
from tests.pipelines.conftest import MakeLakehouse, where

TABLE = PROJECT.monitoring.requests_table
PAYLOAD = PROJECT.monitoring.payload_table
NOON = datetime(2013, 10, 4, 12, tzinfo=UTC)
ROW = {"carrier": "UA", "origin": "EWR", "dest": "IAH", "hour": 5.0, "distance": 1400.0, "plane_engine": None}
COLUMNS = (
    "databricks_request_id STRING, request_date DATE, client_request_id STRING, request_time TIMESTAMP, "
    "status_code INT, sampling_fraction DOUBLE, execution_duration_ms BIGINT, request STRING, "
    "response STRING, logging_error_codes ARRAY<STRING>, served_entity_id STRING, requester STRING"
)
ENTITIES = "served_entity_id STRING, entity_name STRING, entity_version STRING, change_time TIMESTAMP"
Log = Callable[..., None]


@pytest.fixture(scope="module")
def schema(make_lakehouse: MakeLakehouse, tmp_path_factory: pytest.TempPathFactory) -> Lakehouse:
    """The declared tables, and what the platform makes: payloads and served entities."""
    lakehouse = make_lakehouse("unpacked")
    folder = tmp_path_factory.mktemp("platform")
    for table, columns in ((PAYLOAD, COLUMNS), ("served_entities", ENTITIES)):
        make_table(lakehouse, table, columns, folder / table)
    return lakehouse


def make_table(lakehouse: Lakehouse, table: str, columns: str, place: Path) -> None:
    """Create a table as the platform does."""
    lakehouse.spark.sql(f"CREATE TABLE {lakehouse.name(table)} ({columns}) USING DELTA LOCATION '{place}'")


@pytest.fixture
def lakehouse(schema: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> Lakehouse:
    """The tables, empty but for two served entities."""
    entities = schema.name("served_entities")
    monitoring = replace(PROJECT.monitoring, served_entities=entities)
    monkeypatch.setattr("pipelines.projects.flights.PROJECT", replace(PROJECT, monitoring=monitoring))
    for table in (TABLE, PAYLOAD, "served_entities"):
        schema.replace(table, schema.read(table).limit(0))
    serve(schema, ("entity-1", "1"), ("entity-2", "2"), ("entity-2", "2"))
    return schema


def serve(lakehouse: Lakehouse, *entities: tuple[str, str]) -> None:
    """Add served entities, each with a version of the model, one row a change of it."""
    values = [(name, "dev.unpacked.arrival_delay", version, NOON) for name, version in entities]
    lakehouse.append("served_entities", lakehouse.spark.createDataFrame(values, ENTITIES))


@pytest.fixture
def log(lakehouse: Lakehouse) -> Log:
    """Logs one request, by default an answered one for one flight by version 1."""

    def run(
        request_id: str | None,
        *,
        body: Any = None,
        answer: Any = None,
        at: datetime | None = NOON,
        status: int = 200,
        entity: str | None = "entity-1",
        client: str | None = None,
    ) -> None:
        request = body if isinstance(body, str) else json.dumps(body or {"dataframe_records": [ROW]})
        response = answer if isinstance(answer, str) else json.dumps(answer or {"predictions": [3.5]})
        texts: list[str | None] = [request, response]
        if status == 200 and body == "":
            texts = [None, response]
        day = None if at is None else at.date()
        values: tuple[object, ...] = (
            request_id,
            day,
            client,
            at,
            status,
            1.0,
            12,
            *texts,
            [],
            entity,
            "someone",
        )
        lakehouse.append(PAYLOAD, lakehouse.spark.createDataFrame([values], COLUMNS))

    return run


def run(lakehouse: Lakehouse) -> None:
    """Run the step."""
    unpack.main([*where(lakehouse), "--model=dev.unpacked.arrival_delay"])


def read(lakehouse: Lakehouse) -> list[Row]:
    """What was unpacked, in order."""
    return lakehouse.read(TABLE).orderBy("requested_at", "request_id", "row_number").collect()


def test_a_prediction_becomes_a_row(lakehouse: Lakehouse, log: Log) -> None:
    """A request for one flight has its inputs, answer, version, time and flight, and no label yet."""
    log("r1", client="2013-10-04-UA-1545-EWR", at=NOON + timedelta(milliseconds=829))
    run(lakehouse)
    (row,) = read(lakehouse)
    found = row.asDict()
    assert found.pop("requested_at") == (NOON + timedelta(milliseconds=829)).replace(tzinfo=None)
    assert {name: value for name, value in found.items() if value is not None} == {
        "request_id": "r1",
        "row_number": 0,
        "flight_id": "2013-10-04-UA-1545-EWR",
        "model_version": "1",
        "prediction": 3.5,
        **{name: value for name, value in ROW.items() if value is not None},
    }


def test_many_rows_of_every_format(lakehouse: Lakehouse, log: Log) -> None:
    """Each row of a request is one of the table; a client's name for all of them names no flight."""
    two = [ROW, ROW | {"carrier": "AA"}]
    columns = {name: [row[name] for row in two] for name in ROW}
    split = {"columns": list(ROW), "data": [list(row.values()) for row in two]}
    bodies = ({"dataframe_records": two}, {"dataframe_split": split}, {"instances": two}, {"inputs": columns})
    for number, body in enumerate(bodies):
        log(f"r{number}", body=body, answer={"predictions": [1.5, 2.5]}, client="batch")
    run(lakehouse)
    rows = read(lakehouse)
    assert [(row["request_id"], row["row_number"]) for row in rows] == [
        (f"r{number}", place) for number in range(4) for place in (0, 1)
    ]
    for row in rows:
        assert (row["carrier"], row["prediction"]) == (("UA", 1.5), ("AA", 2.5))[row["row_number"]]
        assert row["flight_id"] is None


def test_a_row_may_name_its_own_flight(lakehouse: Lakehouse, log: Log) -> None:
    """A key that stands in the rows is taken, in requests for many rows too."""
    named = [ROW | {"flight_id": "a"}, ROW | {"flight_id": "b"}]
    log("r1", body={"dataframe_records": named}, answer={"predictions": [1, 2]}, client="batch")
    run(lakehouse)
    assert [row["flight_id"] for row in read(lakehouse)] == ["a", "b"]


def test_what_cannot_be_unpacked_is_counted(
    lakehouse: Lakehouse, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """Failed, malformed, nameless, unequal and oversized requests are told; the good ones go in."""
    log("bad-1", status=400, body="carrier,hour", answer={"error_code": "BAD_REQUEST", "message": "?"})
    log("bad-2", status=500)
    log("bad-3", body='{"dataframe_records": [')
    log("bad-4", answer="oops")
    log("bad-5", body={"inputs": [[1, 2]]})
    log("bad-6", answer={"predictions": [1, 2]})
    log("bad-7", body="")
    log(None)
    log("bad-8", at=None)
    log("good")
    run(lakehouse)
    assert [row["request_id"] for row in read(lakehouse)] == ["good"]
    out = capsys.readouterr().out
    for told in (
        "1 predictions of 1 requests",
        "1 not unpacked (status 400)",
        "1 not unpacked (status 500)",
        "2 not unpacked (no JSON)",
        "1 not unpacked (rows that don't name their columns)",
        "1 not unpacked (another number of predictions than of rows)",
        "1 not unpacked (too large to be logged)",
    ):
        assert told in out
    assert out.count("1 not unpacked (no id or time)") == 2
    assert "unpacked requests without a time" in out


def test_a_renamed_column_is_told(lakehouse: Lakehouse, log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that the table doesn't have, or that comes in another type, is named; the rest is kept."""
    renamed = {"carier" if name == "carrier" else name: value for name, value in ROW.items()}
    log("r1", body={"dataframe_records": [renamed | {"hour": "five", "distance": float("nan")}]})
    run(lakehouse)
    (row,) = read(lakehouse)
    assert (row["carrier"], row["hour"], row["distance"], row["origin"]) == (None, None, None, "EWR")
    out = capsys.readouterr().out
    assert "column 'carier' that the table doesn't have: 1 rows" in out
    assert "more columns missing or of a wrong type" in out
    assert "'distance'" not in out


def test_a_second_run_changes_nothing(
    lakehouse: Lakehouse, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is unpacked stays, with the label that it has got, however often it was logged."""
    log("r1", client="a")
    log("r1", client="a")
    run(lakehouse)
    labels = lakehouse.spark.createDataFrame([("a", 7.0)], "flight_id STRING, arrival_delay DOUBLE")
    lakehouse.amend(TABLE, labels, "flight_id", "arrival_delay")
    before = read(lakehouse)
    log("r1", client="a")
    run(lakehouse)
    assert read(lakehouse) == before
    assert [row["arrival_delay"] for row in before] == [7.0]
    assert "no request is new" in capsys.readouterr().out


def test_only_new_requests_are_read(lakehouse: Lakehouse, log: Log) -> None:
    """Requests logged late come in when they are less than a day older than the newest, over days too."""
    log("newest")
    log("next day", at=NOON + timedelta(days=1))
    run(lakehouse)
    log("late", at=NOON + timedelta(hours=1))
    log("too late", at=NOON - timedelta(minutes=1))
    log("newer", at=NOON + timedelta(days=3))
    run(lakehouse)
    assert [row["request_id"] for row in read(lakehouse)] == ["newest", "late", "next day", "newer"]


def test_a_version_may_be_known_later(lakehouse: Lakehouse, log: Log) -> None:
    """A request whose served entity isn't known yet is kept, and gets its version once that is."""
    log("r1", entity="entity-3")
    log("r2", entity="entity-2")
    run(lakehouse)
    assert [row["model_version"] for row in read(lakehouse)] == [None, "2"]
    serve(lakehouse, ("entity-3", "3"))
    run(lakehouse)
    assert [row["model_version"] for row in read(lakehouse)] == ["3", "2"]


def test_unreadable_entities_leave_versions_empty(
    lakehouse: Lakehouse, log: Log, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the right to read the platform's table, everything but the version comes in, and it is said."""
    monitoring = replace(PROJECT.monitoring, served_entities=lakehouse.name("nowhere"))
    monkeypatch.setattr("pipelines.projects.flights.PROJECT", replace(PROJECT, monitoring=monitoring))
    log("r1")
    run(lakehouse)
    assert [row["model_version"] for row in read(lakehouse)] == [None]
    assert "model versions stay empty: table dev.unpacked.nowhere can't be read" in capsys.readouterr().out


def test_an_endpoint_that_was_never_asked_is_no_failure(
    make_lakehouse: MakeLakehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the platform has made the payload table there is nothing to do, and one line says so."""
    run(make_lakehouse("unasked"))
    assert "dev.unasked.arrival_delay_payload is not there yet" in capsys.readouterr().out


def test_an_empty_payload_table_is_nothing_to_do(
    lakehouse: Lakehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """A payload table without rows is no failure either."""
    run(lakehouse)
    assert "no request is new" in capsys.readouterr().out
