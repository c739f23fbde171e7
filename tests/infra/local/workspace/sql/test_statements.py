"""Statement execution through the SDK."""

from __future__ import annotations

import json
import time

import httpx
import pyarrow as pa
import pytest
from databricks.sdk.errors import NotFound
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.sql import (
    Disposition,
    ExecuteStatementRequestOnWaitTimeout,
    Format,
    StatementParameterListItem,
    StatementResponse,
    StatementState,
)

from tests.infra.local.workspace.engine.lake import MINE, OPEN, SCHEMA, SECRET, Lake
from tests.infra.local.workspace.sql.warehouse import Warehouse

SLOW = "SELECT count(*) AS n FROM range(40000000000) WHERE hash(id) % 7 = 3"


def test_values_are_strings(warehouse: Warehouse) -> None:
    """Every type is rendered as the real API renders it, with its name and text in the manifest."""
    response = warehouse.execute(
        "SELECT 1 AS i, 2L AS l, 1.50BD AS d, 1e20D AS big, 0.1D AS small, true AS b, 'x' AS s, "
        "DATE'2013-01-31' AS day, TIMESTAMP'2013-01-31 01:02:03.5' AS t, CAST(NULL AS INT) AS n, "
        "binary('ab') AS bytes, array(1, 2) AS a, map('k', 1.5D) AS m, named_struct('x', 1, 'y', 'z') AS st"
    )
    assert response.result is not None
    assert response.result.data_array == [
        [
            *("1", "2", "1.50", "1.0E20", "0.1", "true", "x", "2013-01-31", "2013-01-31T01:02:03.500Z", None),
            *("YWI=", '["1","2"]', '{"k":"1.5"}', '{"x":"1","y":"z"}'),
        ]
    ]
    assert response.manifest is not None
    assert response.manifest.schema is not None
    types = {column.name: column.type_text for column in response.manifest.schema.columns or []}
    assert (types["l"], types["d"], types["a"], types["m"]) == (
        "BIGINT",
        "DECIMAL(3,2)",
        "ARRAY<INT>",
        "MAP<STRING, DOUBLE>",
    )
    assert [column.position for column in response.manifest.schema.columns or []] == list(range(14))


def test_table_is_declared_and_used(warehouse: Warehouse) -> None:
    """What Terraform's sql_table does: CREATE with a semicolon, then changes, on the warehouse."""
    response = warehouse.execute(f"CREATE TABLE {SCHEMA}.declared (`id` BIGINT NOT NULL)\nUSING DELTA;")
    assert response.status is not None
    assert response.status.state is StatementState.SUCCEEDED
    assert response.manifest is not None
    assert response.manifest.total_row_count == 0
    warehouse.rows(f"ALTER TABLE {SCHEMA}.declared ADD CONSTRAINT pk PRIMARY KEY (id)")
    warehouse.rows(f"ALTER TABLE {SCHEMA}.declared SET TBLPROPERTIES ('team.name'='flights', 'k'='v')")
    warehouse.rows(f"ALTER TABLE {SCHEMA}.declared UNSET TBLPROPERTIES IF EXISTS (team.name)")
    assert warehouse.rows(f"SHOW TBLPROPERTIES {SCHEMA}.declared") == [["k", "v"]]
    assert warehouse.rows(f"SELECT * FROM {SCHEMA}.declared") == []
    warehouse.rows(f"DROP TABLE {SCHEMA}.declared")


def test_parameters_and_defaults(warehouse: Warehouse) -> None:
    """Parameters are typed; unqualified names are of the given catalog and schema."""
    named = [
        StatementParameterListItem(name="id", value="7", type="BIGINT"),
        StatementParameterListItem(name="v", value="it's"),
        StatementParameterListItem(name="none"),
    ]
    place = {"catalog": "dev", "schema": "flights"}
    warehouse.rows("INSERT INTO mine VALUES (:id, :v)", parameters=named, **place)
    found = warehouse.rows(
        "SELECT v, :none AS n FROM mine WHERE id = :id AND v = :v", parameters=named, **place
    )
    assert found == [["it's", None]]
    warehouse.rows(f"DELETE FROM {MINE} WHERE id = 7")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"SELECT * FROM {SCHEMA}.missing",
            "[TABLE_OR_VIEW_NOT_FOUND] The table or view `dev`.",
        ),
        (f"SELECT zork FROM {OPEN}", "[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION]"),
        ("SELEC 1", "[PARSE_SYNTAX_ERROR] Syntax error at or near 'SELEC'. SQLSTATE: 42601"),
        (f"CREATE TABLE {OPEN} (id INT)", "[TABLE_OR_VIEW_ALREADY_EXISTS]"),
    ],
)
def test_failures_are_worded_as_the_real_ones(warehouse: Warehouse, text: str, message: str) -> None:
    """A failed statement has state FAILED, BAD_REQUEST, and the error's condition and state."""
    assert warehouse.error(text).startswith(message)
    assert "SQLSTATE: 42" in warehouse.error(text)


def test_grants_hold_on_warehouses_too(reader_warehouse: Warehouse) -> None:
    """Who may use the warehouse still needs the privileges on what a statement touches."""
    assert reader_warehouse.rows(f"SELECT count(*) AS n FROM {OPEN}") == [["2"]]
    for text in (
        f"SELECT * FROM {SECRET}",
        f"INSERT INTO {OPEN} VALUES (3, 'x')",
        f"CREATE TABLE {SCHEMA}.stolen AS SELECT * FROM {SECRET}",
        f"DROP TABLE {OPEN}",
    ):
        message = reader_warehouse.error(text)
        assert message.startswith("[INSUFFICIENT_PERMISSIONS]")
        assert message.endswith("SQLSTATE: 42501")


def test_result_is_for_who_asked(warehouse: Warehouse, reader_warehouse: Warehouse) -> None:
    """Another user finds no statement of that id, running or done; an admin does."""
    mine = reader_warehouse.execute("SELECT 1 AS x").statement_id or ""
    theirs = warehouse.execute("SELECT 1 AS x").statement_id or ""
    reader = reader_warehouse.client.statement_execution
    for ask in (reader.get_statement, reader.cancel_execution):
        with pytest.raises(NotFound):
            ask(theirs)
    with pytest.raises(NotFound):
        reader.get_statement_result_chunk_n(theirs, 0)
    assert warehouse.client.statement_execution.get_statement(mine).statement_id == mine


def test_rows_come_in_chunks(warehouse: Warehouse) -> None:
    """Large results are fetched chunk by chunk, in order."""
    response = warehouse.execute("SELECT id FROM range(120000)")
    assert response.manifest is not None
    assert (response.manifest.total_chunk_count, response.manifest.total_row_count) == (3, 120000)
    found, chunk = [], response.result
    while chunk is not None:
        found += [int(row[0]) for row in chunk.data_array or []]
        following, chunk = chunk.next_chunk_index, None
        if following:
            chunk = warehouse.client.statement_execution.get_statement_result_chunk_n(
                response.statement_id or "", following
            )
    assert found == list(range(120000))


@pytest.mark.parametrize("form", [Format.ARROW_STREAM, Format.JSON_ARRAY])
def test_rows_come_by_links(warehouse: Warehouse, form: Format) -> None:
    """External links need no token, and work for nothing but their own chunk."""
    response = warehouse.execute(
        "SELECT id FROM range(60000)", disposition=Disposition.EXTERNAL_LINKS, format=form
    )
    assert response.result is not None
    (link,) = response.result.external_links or []
    url = link.external_link or ""
    body = httpx.get(url).content
    arrow = form is Format.ARROW_STREAM
    count = pa.ipc.open_stream(body).read_all().num_rows if arrow else len(json.loads(body))
    assert (count, link.next_chunk_index) == (50000, 1)
    assert httpx.get(url.replace("/0?", "/1?")).status_code == 403


def test_limits_cut_the_result(warehouse: Warehouse) -> None:
    """A row limit truncates, and says so."""
    response = warehouse.execute("SELECT id FROM range(10)", row_limit=3)
    assert response.manifest is not None
    assert (response.manifest.total_row_count, response.manifest.truncated) == (3, True)


def test_too_much_for_inline_fails(warehouse: Warehouse) -> None:
    """More than 25 MiB need external links."""
    message = warehouse.error("SELECT id, repeat('x', 100) AS t FROM range(300000)")
    assert message.startswith("Inline byte limit exceeded")


def test_long_statement_is_awaited_by_asking(warehouse: Warehouse) -> None:
    """Without waiting, a statement is pending or running, and succeeds later."""
    response = warehouse.execute("SELECT 1 AS x", wait_timeout="0s")
    for _ in range(100):
        response = warehouse.client.statement_execution.get_statement(response.statement_id or "")
        if state(response) is StatementState.SUCCEEDED:
            break
        time.sleep(0.05)
    assert response.result is not None
    assert response.result.data_array == [["1"]]


def test_cancelled_statement_stops(lake: Lake, warehouse: Warehouse) -> None:
    """A cancelled statement is CANCELED at once, and the engine is free for the next."""
    running = warehouse.execute(SLOW, wait_timeout="0s").statement_id or ""
    warehouse.client.statement_execution.cancel_execution(running)
    assert state(warehouse.client.statement_execution.get_statement(running)) is StatementState.CANCELED
    assert warehouse.rows("SELECT 1 AS x") == [["1"]]
    assert lake.account.engine.servers.running()


def test_statement_is_cancelled_after_its_wait(warehouse: Warehouse) -> None:
    """With on_wait_timeout CANCEL, what takes longer than the wait is cancelled."""
    response = warehouse.execute(
        SLOW, wait_timeout="5s", on_wait_timeout=ExecuteStatementRequestOnWaitTimeout.CANCEL
    )
    assert state(response) is StatementState.CANCELED


@pytest.mark.parametrize(
    "settings",
    [
        {"wait_timeout": "3s"},
        {"wait_timeout": "60s"},
        {"row_limit": 0},
        {"format": Format.ARROW_STREAM},
        {"parameters": [StatementParameterListItem(name="x", value="1", type="ZORK")]},
    ],
)
def test_request_that_can_not_be_right_is_refused(warehouse: Warehouse, settings: dict[str, object]) -> None:
    """Wrong arguments are 400, before anything runs."""
    with pytest.raises(DatabricksError):
        warehouse.execute("SELECT 1 AS x", **settings)


def state(response: StatementResponse) -> StatementState | None:
    """The state that an answer tells."""
    return response.status.state if response.status else None
