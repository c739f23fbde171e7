"""The SCIM 2.0 API, at the account and at workspaces."""

from __future__ import annotations

from infra.local.workspace.identity.caller import PrincipalKind
from infra.local.workspace.routing import Call, Reply, Route, Site
from infra.local.workspace.scim.model import Scim
from infra.local.workspace.scim.resources import PATHS, list_response, select
from infra.local.workspace.store import Document

_ROOTS: dict[Site, str] = {
    "account": "/api/2.0/accounts/{account_id}/scim/v2",
    "workspace": "/api/2.0/preview/scim/v2",
}


def routes(scim: Scim) -> list[Route]:
    """The same routes at both sites: users, groups, service principals, the caller."""

    def me(call: Call) -> Document:
        return select(scim.at(call.workspace_id).me(call.caller), call.query)

    found: list[Route] = []
    for site, root in _ROOTS.items():
        found.append(Route("GET", f"{root}/Me", me, site))
        for kind, name in PATHS.items():
            found += _routes_of(scim, kind, f"{root}/{name}", site)
    return found


def _routes_of(scim: Scim, kind: PrincipalKind, path: str, site: Site) -> list[Route]:
    def list_all(call: Call) -> Document:
        return list_response(scim.at(call.workspace_id).all(call.caller, kind), call.query)

    def get(call: Call) -> Document:
        return select(scim.at(call.workspace_id).get(call.caller, kind, call.path["id"]), call.query)

    def create(call: Call) -> Reply:
        return Reply.json(scim.at(call.workspace_id).create(call.caller, kind, call.json()), status=201)

    def replace(call: Call) -> Document:
        return scim.at(call.workspace_id).replace(call.caller, kind, call.path["id"], call.json())

    def patch(call: Call) -> Document:
        operations = call.json().get("Operations")
        return scim.at(call.workspace_id).patch(call.caller, kind, call.path["id"], operations)

    def delete(call: Call) -> Reply:
        scim.at(call.workspace_id).delete(call.caller, kind, call.path["id"])
        return Reply(status=204)

    one = f"{path}/{{id}}"
    return [
        Route("GET", path, list_all, site),
        Route("POST", path, create, site),
        Route("GET", one, get, site),
        Route("PUT", one, replace, site),
        Route("PATCH", one, patch, site),
        Route("DELETE", one, delete, site),
    ]
