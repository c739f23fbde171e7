"""The Repos API."""

from __future__ import annotations

from infra.local.workspace.repos.model import Repos
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/repos"
_ONE = f"{_ROOT}/{{id}}"


def routes(repos: Repos) -> list[Route]:
    """Clone, look, update to a branch or tag, delete."""

    def create(call: Call) -> Document:
        return repos.create(call.caller, call.workspace, call.json())

    def list_all(call: Call) -> Document:
        return {"repos": repos.visible(call.caller, call.workspace, call.query.get("path_prefix", ""))}

    def get(call: Call) -> Document:
        return repos.get(call.caller, call.workspace, call.path["id"])

    def update(call: Call) -> None:
        repos.update(call.caller, call.workspace, call.path["id"], call.json())

    def delete(call: Call) -> None:
        repos.delete(call.caller, call.workspace, call.path["id"])

    return [
        Route("POST", _ROOT, create),
        Route("GET", _ROOT, list_all),
        Route("GET", _ONE, get),
        Route("PATCH", _ONE, update),
        Route("DELETE", _ONE, delete),
    ]
