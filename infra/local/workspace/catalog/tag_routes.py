"""Unity Catalog's REST API: tags."""

from __future__ import annotations

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.1/unity-catalog/entity-tag-assignments"


def tag_routes(catalog: UnityCatalog) -> list[Route]:
    """Create, list, get, update, delete."""
    tags = catalog.tags

    def create(call: Call) -> Document:
        return tags.create(call.caller, call.workspace, call.json())

    def list_all(call: Call) -> Document:
        return {"tag_assignments": tags.all(call.caller, call.workspace, *_entity(call))}

    def get(call: Call) -> Document:
        return tags.get(call.caller, call.workspace, *_entity(call), call.path["key"])

    def update(call: Call) -> Document:
        kind, name = _entity(call)
        named = {"entity_type": kind, "entity_name": name, "tag_key": call.path["key"]}
        return tags.update(call.caller, call.workspace, {**call.json(), **named})

    def delete(call: Call) -> None:
        tags.delete(call.caller, call.workspace, *_entity(call), call.path["key"])

    entity = f"{_ROOT}/{{kind}}/{{name}}/tags"
    return [
        Route("POST", _ROOT, create),
        Route("GET", entity, list_all),
        Route("GET", f"{entity}/{{key}}", get),
        Route("PATCH", f"{entity}/{{key}}", update),
        Route("DELETE", f"{entity}/{{key}}", delete),
    ]


def _entity(call: Call) -> tuple[str, str]:
    return call.path["kind"], call.path["name"]
