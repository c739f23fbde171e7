"""Unity Catalog's REST API: storage credentials and external locations."""

from __future__ import annotations

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

ROOT = "/api/2.1/unity-catalog"
_TYPES = {"storage-credentials": "storage_credential", "external-locations": "external_location"}


def storage_routes(catalog: UnityCatalog) -> list[Route]:
    """Create, list, get, update, delete, of both."""

    def create_credential(call: Call) -> Document:
        return catalog.create_credential(call.caller, call.workspace, call.json())

    def create_location(call: Call) -> Document:
        return catalog.create_location(call.caller, call.workspace, call.json())

    return [
        Route("POST", f"{ROOT}/storage-credentials", create_credential),
        Route("POST", f"{ROOT}/external-locations", create_location),
        *(route for plural in _TYPES for route in _routes_of(catalog, plural)),
    ]


def _routes_of(catalog: UnityCatalog, plural: str) -> list[Route]:
    kind = _TYPES[plural]

    def list_all(call: Call) -> Document:
        return {plural.replace("-", "_"): catalog.list_all(call.caller, call.workspace, kind)}

    def get(call: Call) -> Document:
        return catalog.read(call.caller, call.workspace, kind, call.path["name"])

    def update(call: Call) -> Document:
        return catalog.alter(call.caller, call.workspace, kind, call.path["name"], call.json())

    def delete(call: Call) -> None:
        force = str(call.query.get("force", "")).lower() == "true"
        catalog.drop(call.caller, call.workspace, kind, call.path["name"], force=force)

    one = f"{ROOT}/{plural}/{{name}}"
    return [
        Route("GET", f"{ROOT}/{plural}", list_all),
        Route("GET", one, get),
        Route("PATCH", one, update),
        Route("DELETE", one, delete),
    ]
