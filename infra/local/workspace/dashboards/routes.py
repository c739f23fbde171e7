"""The Lakeview API."""

from __future__ import annotations

from infra.local.workspace.dashboards.model import Dashboards
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/lakeview/dashboards"
_ONE = f"{_ROOT}/{{id}}"
_PUBLISHED = f"{_ONE}/published"


def routes(dashboards: Dashboards) -> list[Route]:
    """Drafts and what is published of them; schedules and subscriptions are not served."""
    return [*_draft_routes(dashboards), *_published_routes(dashboards)]


def _draft_routes(dashboards: Dashboards) -> list[Route]:
    def create(call: Call) -> Document:
        return dashboards.create(call.caller, call.workspace, call.json())

    def list_all(call: Call) -> Document:
        trashed = call.query.get("show_trashed", "").lower() == "true"
        return _page(call, dashboards.visible(call.caller, call.workspace, trashed=trashed))

    def get(call: Call) -> Document:
        return dashboards.get(call.caller, call.workspace, call.path["id"])

    def update(call: Call) -> Document:
        return dashboards.update(call.caller, call.workspace, call.path["id"], call.json())

    def trash(call: Call) -> None:
        dashboards.trash(call.caller, call.workspace, call.path["id"])

    return [
        Route("POST", _ROOT, create),
        Route("GET", _ROOT, list_all),
        Route("GET", _ONE, get),
        Route("PATCH", _ONE, update),
        Route("DELETE", _ONE, trash),
    ]


def _published_routes(dashboards: Dashboards) -> list[Route]:
    def publish(call: Call) -> Document:
        return dashboards.publish(call.caller, call.workspace, call.path["id"], call.json())

    def get(call: Call) -> Document:
        return dashboards.published(call.caller, call.workspace, call.path["id"])

    def unpublish(call: Call) -> None:
        dashboards.unpublish(call.caller, call.workspace, call.path["id"])

    return [
        Route("POST", _PUBLISHED, publish),
        Route("GET", _PUBLISHED, get),
        Route("DELETE", _PUBLISHED, unpublish),
    ]


def _page(call: Call, found: list[Document]) -> Document:
    first, size = (_number(call, name) for name in ("page_token", "page_size"))
    last = first + size if size else len(found)
    more = {"next_page_token": str(last)} if last < len(found) else {}
    return {"dashboards": found[first:last], **more}


def _number(call: Call, name: str) -> int:
    text = call.query.get(name) or "0"
    if not text.isdecimal():
        raise InvalidParameterError(f"{name} is not valid: {text}")
    return int(text)
