"""The Accounts API."""

from __future__ import annotations

from typing import Any

from infra.local.workspace.account.budget_routes import budget_routes
from infra.local.workspace.account.federation_routes import federation_routes
from infra.local.workspace.account.model import Account
from infra.local.workspace.account.secret_routes import secret_routes
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.fields import read_object, read_objects, read_texts
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.routing import Call, Route, Site
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/accounts/{account_id}"
_WORKSPACE = f"{_ROOT}/workspaces/{{workspace_id:int}}"
_ASSIGNMENTS = f"{_WORKSPACE}/permissionassignments"
_PRINCIPAL_NAMES = {"group": "group_name", "service_principal": "service_principal_name", "user": "user_name"}


def routes(account: Account, directory: Directory) -> list[Route]:
    """All routes of the account service, at the account and at workspaces."""
    return [
        *_workspace_routes(account),
        *_permission_assignment_routes(account, directory),
        *_metastore_routes(account),
        *_metastore_assignment_routes(account),
        *_rule_set_routes(account, "/api/2.0/preview/accounts/{account_id}", "account"),
        *_rule_set_routes(account, "/api/2.0/preview/accounts", "workspace"),
        *secret_routes(account.client_secrets),
        *federation_routes(account.federation_policies),
        *budget_routes(account.budget_policies, account.budgets),
    ]


def _workspace_routes(account: Account) -> list[Route]:
    workspaces = account.workspaces

    def create(call: Call) -> Document:
        return workspaces.create(call.caller, call.json())

    def get(call: Call) -> Document:
        return workspaces.get(call.caller, _workspace_id(call))

    def list_all(call: Call) -> list[Any]:
        return workspaces.all(call.caller)

    def update(call: Call) -> Document:
        body = call.json()
        mask = call.query.get("update_mask", "*")
        names = list(body) if mask in ("", "*") else mask.split(",")
        fields = {name.strip(): body.get(name.strip()) for name in names}
        return workspaces.update(call.caller, _workspace_id(call), fields)

    def delete(call: Call) -> Document:
        return workspaces.delete(call.caller, _workspace_id(call))

    return [
        Route("POST", f"{_ROOT}/workspaces", create, "account"),
        Route("GET", f"{_ROOT}/workspaces", list_all, "account"),
        Route("GET", _WORKSPACE, get, "account"),
        Route("PATCH", _WORKSPACE, update, "account"),
        Route("DELETE", _WORKSPACE, delete, "account"),
    ]


def _permission_assignment_routes(account: Account, directory: Directory) -> list[Route]:
    workspaces = account.workspaces

    def describe(principal_id: str, permissions: list[str]) -> Document:
        principal = directory.principal(directory.get(principal_id))
        shown = {
            "principal_id": int(principal_id),
            "display_name": principal.display_name,
            _PRINCIPAL_NAMES[principal.kind]: principal.name,
        }
        return {"principal": shown, "permissions": permissions}

    def list_all(call: Call) -> Document:
        assigned = workspaces.assignments(call.caller, _workspace_id(call))
        return {"permission_assignments": [describe(key, value) for key, value in assigned.items()]}

    def list_permissions(call: Call) -> Document:
        workspaces.get(call.caller, _workspace_id(call))
        texts = {"USER": "Can access the workspace.", "ADMIN": "Can manage the workspace."}
        return {"permissions": [{"permission_level": k, "description": v} for k, v in texts.items()]}

    def put(call: Call) -> Document:
        workspace_id, principal_id = _workspace_id(call), call.path["principal_id"]
        workspaces.assign(call.caller, workspace_id, principal_id, read_texts(call.json(), "permissions"))
        kept = workspaces.assignments(call.caller, workspace_id).get(principal_id, [])
        return describe(principal_id, kept)

    def delete(call: Call) -> None:
        workspaces.unassign(call.caller, _workspace_id(call), call.path["principal_id"])

    one = f"{_ASSIGNMENTS}/principals/{{principal_id}}"
    return [
        Route("GET", _ASSIGNMENTS, list_all, "account"),
        Route("GET", f"{_ASSIGNMENTS}/permissions", list_permissions, "account"),
        Route("PUT", one, put, "account"),
        Route("DELETE", one, delete, "account"),
    ]


def _metastore_routes(account: Account) -> list[Route]:
    metastores = account.metastores

    def create(call: Call) -> Document:
        return {"metastore_info": metastores.create(call.caller, _object(call, "metastore_info"))}

    def get(call: Call) -> Document:
        return {"metastore_info": metastores.get(call.caller, call.path["metastore_id"])}

    def list_all(call: Call) -> Document:
        return {"metastores": metastores.all(call.caller)}

    def update(call: Call) -> Document:
        fields = _object(call, "metastore_info")
        return {"metastore_info": metastores.update(call.caller, call.path["metastore_id"], fields)}

    def delete(call: Call) -> None:
        force = call.query.get("force", "false").lower() == "true"
        metastores.delete(call.caller, call.path["metastore_id"], force=force)

    one = f"{_ROOT}/metastores/{{metastore_id}}"
    return [
        Route("POST", f"{_ROOT}/metastores", create, "account"),
        Route("GET", f"{_ROOT}/metastores", list_all, "account"),
        Route("GET", one, get, "account"),
        Route("PUT", one, update, "account"),
        Route("DELETE", one, delete, "account"),
    ]


def _metastore_assignment_routes(account: Account) -> list[Route]:
    metastores = account.metastores

    def assign(call: Call) -> Document:
        fields = read_object(call.json(), "metastore_assignment")
        metastore_id = call.path["metastore_id"]
        assigned = metastores.assign(call.caller, _workspace_id(call), metastore_id, fields)
        return {"metastore_assignment": assigned}

    def get(call: Call) -> Document:
        return {"metastore_assignment": metastores.assignment(call.caller, _workspace_id(call))}

    def delete(call: Call) -> None:
        metastores.unassign(call.caller, _workspace_id(call), call.path["metastore_id"])

    def list_workspaces(call: Call) -> Document:
        metastores.get(call.caller, call.path["metastore_id"])
        return {"workspace_ids": metastores.workspaces(call.caller, call.path["metastore_id"])}

    one = f"{_WORKSPACE}/metastores/{{metastore_id}}"
    return [
        Route("POST", one, assign, "account"),
        Route("PUT", one, assign, "account"),
        Route("DELETE", one, delete, "account"),
        Route("GET", f"{_WORKSPACE}/metastore", get, "account"),
        Route("GET", f"{_ROOT}/metastores/{{metastore_id}}/workspaces", list_workspaces, "account"),
    ]


def _rule_set_routes(account: Account, root: str, site: Site) -> list[Route]:
    rule_sets = account.rule_sets

    def get(call: Call) -> Document:
        return rule_sets.get(call.caller, str(call.require("name")))

    def put(call: Call) -> Document:
        rule_set = _object(call, "rule_set")
        if not rule_set.get("etag"):
            raise InvalidParameterError("Missing required field: rule_set.etag")
        return rule_sets.replace(
            call.caller,
            str(call.require("name")),
            etag=str(rule_set["etag"]),
            grant_rules=read_objects(rule_set, "grant_rules"),
        )

    def list_roles(call: Call) -> Document:
        names = rule_sets.assignable_roles(call.caller, str(call.require("resource")))
        return {"roles": [{"name": name} for name in names]}

    return [
        Route("GET", f"{root}/access-control/rule-sets", get, site),
        Route("PUT", f"{root}/access-control/rule-sets", put, site),
        Route("GET", f"{root}/access-control/assignable-roles", list_roles, site),
    ]


def _workspace_id(call: Call) -> int:
    return int(call.path["workspace_id"])


def _object(call: Call, name: str) -> Document:
    value = call.json().get(name)
    if not isinstance(value, dict):
        raise InvalidParameterError(f"Missing required field: {name}")
    return value
