"""Quality monitors over REST: the API below the table that Databricks' SDK calls quality_monitors."""

from __future__ import annotations

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.monitors.model import Monitors
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ONE = "/api/2.1/unity-catalog/tables/{table}/monitor"
_REFRESHES = f"{_ONE}/refreshes"
_LONGEST_ID = 19


def routes(monitors: Monitors) -> list[Route]:
    """Everything that a workspace answers of monitors."""
    return [*_monitor_routes(monitors), *_refresh_routes(monitors)]


def _monitor_routes(monitors: Monitors) -> list[Route]:
    def create(call: Call) -> Document:
        return monitors.create(call.caller, call.workspace, call.path["table"], call.json())

    def get(call: Call) -> Document:
        return monitors.get(call.caller, call.workspace, call.path["table"])

    def update(call: Call) -> Document:
        return monitors.update(call.caller, call.workspace, call.path["table"], call.json())

    def delete(call: Call) -> None:
        monitors.delete(call.caller, call.workspace, call.path["table"])

    return [
        Route("POST", _ONE, create),
        Route("GET", _ONE, get),
        Route("PUT", _ONE, update),
        Route("DELETE", _ONE, delete),
    ]


def _refresh_routes(monitors: Monitors) -> list[Route]:
    def run(call: Call) -> Document:
        return monitors.run_refresh(call.caller, call.workspace, call.path["table"])

    def list_(call: Call) -> Document:
        return {"refreshes": monitors.list_refreshes(call.caller, call.workspace, call.path["table"])}

    def get(call: Call) -> Document:
        return monitors.get_refresh(call.caller, call.workspace, call.path["table"], _refresh_id(call))

    def cancel(call: Call) -> None:
        monitors.cancel_refresh(call.caller, call.workspace, call.path["table"], _refresh_id(call))

    return [
        Route("POST", _REFRESHES, run),
        Route("GET", _REFRESHES, list_),
        Route("GET", f"{_REFRESHES}/{{refresh}}", get),
        Route("POST", f"{_REFRESHES}/{{refresh}}/cancel", cancel),
    ]


def _refresh_id(call: Call) -> int:
    text = call.path["refresh"]
    if not text.isdecimal() or len(text) > _LONGEST_ID:
        raise InvalidParameterError(f"{text[:_LONGEST_ID]!r} is no id of a refresh.")
    return int(text)
