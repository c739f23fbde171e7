"""The Alerts V2 API."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

from infra.local.workspace.alerts.model import Alerts
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/alerts"
_PAGE = 100


def routes(alerts: Alerts) -> list[Route]:
    """Create, get, list, update, trash."""

    def create(call: Call) -> Document:
        return _describe(alerts, alerts.create(call.caller, call.workspace, call.json()))

    def list_all(call: Call) -> Document:
        found = alerts.all(call.caller, call.workspace)
        size, offset = _number(call, "page_size") or _PAGE, _number(call, "page_token")
        page = {"alerts": [_describe(alerts, document) for document in found[offset : offset + size]]}
        more = len(found) > offset + size
        return {**page, "next_page_token": str(offset + size)} if more else page

    def get(call: Call) -> Document:
        return _describe(alerts, alerts.get(call.caller, call.workspace, call.path["id"]))

    def update(call: Call) -> Document:
        mask = call.query.get("update_mask") or ""
        changed = alerts.update(call.caller, call.workspace, call.path["id"], call.json(), mask=mask)
        return _describe(alerts, changed)

    def trash(call: Call) -> Document:
        purge = call.query.get("purge", "false").lower() == "true"
        alerts.trash(call.caller, call.workspace, call.path["id"], purge=purge)
        return {}

    return [
        Route("POST", _ROOT, create),
        Route("GET", _ROOT, list_all),
        Route("GET", f"{_ROOT}/{{id}}", get),
        Route("PATCH", f"{_ROOT}/{{id}}", update),
        Route("DELETE", f"{_ROOT}/{{id}}", trash),
    ]


def _describe(alerts: Alerts, document: Document) -> Document:
    """What the client decided, as it was given, and what became of it."""
    told = copy.deepcopy(document["alert"])
    told["evaluation"]["state"] = document["state"]
    if document["evaluated_at"] is not None:
        told["evaluation"]["last_evaluated_at"] = _spell(document["evaluated_at"])
    if notification := told["evaluation"].get("notification"):
        notification["effective_notify_on_ok"] = notification.get("notify_on_ok", False)
        notification["effective_retrigger_seconds"] = notification.get("retrigger_seconds", 0)
    return {
        **told,
        "id": document["id"],
        "owner_user_name": alerts.owner(document),
        "effective_run_as": alerts.run_as(document),
        "lifecycle_state": document["lifecycle_state"],
        "create_time": _spell(document["created_at"] / 1000),
        "update_time": _spell(document["updated_at"] / 1000),
    }


def _spell(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(call: Call, name: str) -> int:
    text = call.query.get(name) or "0"
    if not text.isdecimal():
        raise InvalidParameterError(f"{name} must be a whole number.")
    return int(text)
