"""Unity Catalog's REST API: permissions and workspace bindings."""

from __future__ import annotations

from infra.local.workspace.catalog.bindings import describe
from infra.local.workspace.catalog.grants import Effective
from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.catalog.names import Securable, parse
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

ROOT = "/api/2.1/unity-catalog"
_ONE = "{type}/{name}"


def grant_routes(catalog: UnityCatalog) -> list[Route]:
    """Permissions of securables and bindings of catalogs."""
    return [*_permission_routes(catalog), *_binding_routes(catalog)]


def _permission_routes(catalog: UnityCatalog) -> list[Route]:
    def get(call: Call) -> Document:
        principal = call.query.get("principal")
        return _assignments(
            catalog.grants.get(call.caller, call.workspace, _securable(call), principal=principal)
        )

    def get_effective(call: Call) -> Document:
        securable, principal = _securable(call), call.query.get("principal")
        found = catalog.grants.effective(call.caller, call.workspace, securable, principal=principal)
        return {
            "privilege_assignments": [
                {"principal": name, "privileges": [_effective(each, securable) for each in held]}
                for name, held in found.items()
            ]
        }

    def change(call: Call) -> Document:
        securable, changes = _securable(call), call.json().get("changes") or []
        return _assignments(catalog.grants.change(call.caller, call.workspace, securable, changes))

    return [
        Route("GET", f"{ROOT}/permissions/{_ONE}", get),
        Route("PATCH", f"{ROOT}/permissions/{_ONE}", change),
        Route("GET", f"{ROOT}/effective-permissions/{_ONE}", get_effective),
    ]


def _binding_routes(catalog: UnityCatalog) -> list[Route]:
    def get(call: Call) -> Document:
        return {"bindings": describe(catalog.bindings.get(call.caller, call.workspace, _securable(call)))}

    def change(call: Call) -> Document:
        body, securable = call.json(), _securable(call)
        bound = catalog.bindings.change(
            call.caller, call.workspace, securable, add=body.get("add"), remove=body.get("remove")
        )
        return {"bindings": describe(bound)}

    def get_plain(call: Call) -> Document:
        catalogs = parse("catalog", call.path["name"])
        return {"workspaces": sorted(catalog.bindings.get(call.caller, call.workspace, catalogs))}

    def change_plain(call: Call) -> Document:
        body, securable = call.json(), parse("catalog", call.path["name"])
        add, remove = body.get("assign_workspaces"), body.get("unassign_workspaces")
        bound = catalog.bindings.change(call.caller, call.workspace, securable, add=add, remove=remove)
        return {"workspaces": sorted(bound)}

    return [
        Route("GET", f"{ROOT}/workspace-bindings/catalogs/{{name}}", get_plain),
        Route("PATCH", f"{ROOT}/workspace-bindings/catalogs/{{name}}", change_plain),
        *(Route("GET", f"{ROOT}/{prefix}/{_ONE}", get) for prefix in ("bindings", "workspace-bindings")),
        *(Route("PATCH", f"{ROOT}/{prefix}/{_ONE}", change) for prefix in ("bindings", "workspace-bindings")),
    ]


def _securable(call: Call) -> Securable:
    return parse(call.path["type"], call.path["name"])


def _assignments(grants: dict[str, list[str]]) -> Document:
    assignments = [{"principal": name, "privileges": held} for name, held in grants.items()]
    return {"privilege_assignments": assignments}


def _effective(held: Effective, securable: Securable) -> Document:
    if held.source == securable:
        return {"privilege": held.privilege}
    return {
        "privilege": held.privilege,
        "inherited_from_type": held.source.type.upper(),
        "inherited_from_name": held.source.full_name,
    }
