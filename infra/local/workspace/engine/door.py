"""The private Unity Catalog API through which Sail finds tables: names in, places out.

It answers without asking for rights: the gateway has asked before a plan reaches Sail. Columns are
left out on purpose: Sail takes them from the Delta log, which is right after a schema change too.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.delta import write_empty

PREFIX = "/api/2.1/unity-catalog"
Endpoint = Callable[[Request], Awaitable[Response]]


def make_door(catalog: UnityCatalog, secret: str) -> Starlette:
    """An application for a loopback port that answers whoever knows the secret."""

    def describe_table(name: str) -> dict[str, Any] | None:
        found = catalog.find("table", name)
        if found is None or found.get("table_type") == "VIEW":
            return None
        parts = name.split(".")
        return {
            "catalog_name": parts[0],
            "schema_name": parts[1],
            "name": parts[2],
            "table_type": "EXTERNAL",
            "data_source_format": "DELTA",
            "storage_location": _healed(catalog, name, found).as_uri(),
            "columns": [],
            "properties": {},
        }

    def describe_schema(name: str) -> dict[str, Any] | None:
        if catalog.find("schema", name) is None:
            return None
        catalog_name, _, schema = name.partition(".")
        return {"catalog_name": catalog_name, "name": schema, "full_name": name}

    routes = [
        Route(f"{PREFIX}/tables/{{name}}", _guarded(describe_table, secret)),
        Route(f"{PREFIX}/schemas/{{name}}", _guarded(describe_schema, secret)),
    ]
    return Starlette(routes=routes)


def _healed(catalog: UnityCatalog, name: str, document: dict[str, Any]) -> Path:
    """A table's folder; its log is written now if the account was killed before it could be."""
    location = catalog.table_location(name)
    if not location.joinpath("_delta_log").exists():
        write_empty(location, document)
    return location


def _guarded(describe: Callable[[str], dict[str, Any] | None], secret: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), secret.encode()):
            return _error(401, "UNAUTHENTICATED")
        name = request.path_params["name"].replace("`", "").lower()
        document = await run_in_threadpool(describe, name)
        return _error(404, "RESOURCE_DOES_NOT_EXIST") if document is None else JSONResponse(document)

    return endpoint


def _error(status: int, code: str) -> Response:
    return JSONResponse({"error_code": code, "message": code}, status_code=status)
