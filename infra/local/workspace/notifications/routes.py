"""The notification destinations API."""

from __future__ import annotations

from infra.local.workspace.notifications.destinations import Destinations
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/notification-destinations"


def routes(destinations: Destinations) -> list[Route]:
    """Create, get, list, update, delete."""

    def create(call: Call) -> Document:
        return destinations.create(call.caller, call.workspace, call.json())

    def list_all(call: Call) -> Document:
        return {"results": destinations.all(call.workspace)}

    def get(call: Call) -> Document:
        return destinations.get(call.caller, call.workspace, call.path["id"])

    def update(call: Call) -> Document:
        return destinations.update(call.caller, call.workspace, call.path["id"], call.json())

    def delete(call: Call) -> None:
        destinations.delete(call.caller, call.workspace, call.path["id"])

    return [
        Route("POST", _ROOT, create),
        Route("GET", _ROOT, list_all),
        Route("GET", f"{_ROOT}/{{id}}", get),
        Route("PATCH", f"{_ROOT}/{{id}}", update),
        Route("DELETE", f"{_ROOT}/{{id}}", delete),
    ]
