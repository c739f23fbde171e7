"""SQL warehouses and statement execution over REST."""

from __future__ import annotations

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.sql.model import Sql
from infra.local.workspace.sql.parameters import read_question, read_wait
from infra.local.workspace.sql.results import describe_chunk, describe_statement
from infra.local.workspace.sql.warehouses import is_running
from infra.local.workspace.store import Document

_WAREHOUSES = "/api/2.0/sql/warehouses"
_STATEMENTS = "/api/2.0/sql/statements"


def routes(sql: Sql) -> list[Route]:
    """The routes of the SQL service."""
    return [*_warehouse_routes(sql), *_warehouse_actions(sql), *_statement_routes(sql)]


def _warehouse_routes(sql: Sql) -> list[Route]:
    warehouses = sql.warehouses

    def create(call: Call) -> Document:
        return {"id": warehouses.create(call.caller, call.workspace, call.json())["id"]}

    def list_(call: Call) -> Document:
        found = warehouses.list(call.caller, call.workspace)
        return {"warehouses": [describe_warehouse(document, call) for document in found]}

    def get(call: Call) -> Document:
        return describe_warehouse(warehouses.get(call.caller, call.workspace, call.path["id"]), call)

    def edit(call: Call) -> Document:
        warehouses.edit(call.caller, call.workspace, call.path["id"], call.json())
        return {}

    def list_sources(call: Call) -> list[Document]:
        return [describe_source(document) for document in warehouses.list(call.caller, call.workspace)]

    return [
        Route("POST", _WAREHOUSES, create),
        Route("GET", _WAREHOUSES, list_),
        Route("GET", f"{_WAREHOUSES}/{{id}}", get),
        Route("POST", f"{_WAREHOUSES}/{{id}}/edit", edit),
        Route("GET", "/api/2.0/preview/sql/data_sources", list_sources),
    ]


def _warehouse_actions(sql: Sql) -> list[Route]:
    warehouses = sql.warehouses

    def start(call: Call) -> Document:
        warehouses.start(call.caller, call.workspace, call.path["id"])
        return {}

    def stop(call: Call) -> Document:
        warehouses.stop(call.caller, call.workspace, call.path["id"])
        return {}

    def delete(call: Call) -> Document:
        warehouses.delete(call.caller, call.workspace, call.path["id"])
        return {}

    return [
        Route("POST", f"{_WAREHOUSES}/{{id}}/start", start),
        Route("POST", f"{_WAREHOUSES}/{{id}}/stop", stop),
        Route("DELETE", f"{_WAREHOUSES}/{{id}}", delete),
    ]


def _statement_routes(sql: Sql) -> list[Route]:
    statements, links = sql.statements, sql.links

    def execute(call: Call) -> Document:
        body = call.json()
        question, seconds = read_question(body), read_wait(body)
        warehouse_id = str(call.require("warehouse_id"))
        statement = statements.submit(call.caller, call.workspace, warehouse_id, question)
        ended = statement.wait(seconds)
        if not ended and seconds and body.get("on_wait_timeout") == "CANCEL":
            statements.cancel(call.caller, call.workspace, statement.id)
        return describe_statement(statement, links)

    def get(call: Call) -> Document:
        found = statements.get(call.caller, call.workspace, call.path["id"])
        return describe_statement(found, links)

    def get_chunk(call: Call) -> Document:
        found = statements.get(call.caller, call.workspace, call.path["id"])
        if not call.path["index"].isdigit():
            raise InvalidParameterError(f"{call.path['index']} is no index of a chunk.")
        return describe_chunk(found, links, int(call.path["index"]))

    def cancel(call: Call) -> Document:
        statements.cancel(call.caller, call.workspace, call.path["id"])
        return {}

    return [
        Route("POST", f"{_STATEMENTS}", execute),
        Route("POST", f"{_STATEMENTS}/", execute),
        Route("GET", f"{_STATEMENTS}/{{id}}", get),
        Route("GET", f"{_STATEMENTS}/{{id}}/result/chunks/{{index}}", get_chunk),
        Route("POST", f"{_STATEMENTS}/{{id}}/cancel", cancel),
    ]


def describe_warehouse(document: Document, call: Call) -> Document:
    """A warehouse as the API answers with it."""
    running = is_running(document)
    hidden = {"stopped", "last_used", "data_source_id"}
    host, _, port = call.base_url.partition("://")[2].partition(":")
    path = f"/sql/1.0/warehouses/{document['id']}"
    return {
        **{key: value for key, value in document.items() if key not in hidden},
        "size": document["cluster_size"],
        "state": "RUNNING" if running else "STOPPED",
        "num_clusters": 1 if running else 0,
        "num_active_sessions": 0,
        "odbc_params": {"hostname": host, "port": int(port or 443), "path": path, "protocol": "https"},
        "health": {"status": "HEALTHY"} if running else {},
    }


def describe_source(document: Document) -> Document:
    """A warehouse as queries and dashboards refer to it."""
    return {
        "id": document["data_source_id"],
        "name": document["name"],
        "warehouse_id": document["id"],
        "type": "databricks_internal",
        "syntax": "sql",
        "paused": 0,
        "pause_reason": None,
        "supports_auto_limit": True,
        "view_only": False,
    }
