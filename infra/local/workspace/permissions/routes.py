"""The Permissions API."""

from __future__ import annotations

from infra.local.workspace.fields import read_objects
from infra.local.workspace.permissions.levels import object_type, worded
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

# Types of two words (`sql/warehouses`) come as a path of two segments.
_PATHS = ("/api/2.0/permissions/sql/{sql_type}/{object_id}", "/api/2.0/permissions/{type}/{object_id}")


def routes(permissions: Permissions) -> list[Route]:
    """Get, set, update, and the levels that there are."""

    def get(call: Call) -> Document:
        return permissions.describe(call.caller, call.workspace, *_object(call))

    def put(call: Call) -> Document:
        return permissions.replace(call.caller, call.workspace, *_object(call), _entries(call))

    def patch(call: Call) -> Document:
        return permissions.update(call.caller, call.workspace, *_object(call), _entries(call))

    def list_levels(call: Call) -> Document:
        type_, object_id = _object(call)
        permissions.require_manager(call.caller, call.workspace, type_, object_id)
        kind = object_type(type_)
        return {
            "permission_levels": [
                {"permission_level": level, "description": f"{worded(level)} permission on {kind.name}"}
                for level in kind.levels
            ]
        }

    found: list[Route] = []
    for path in _PATHS:
        found += [
            Route("GET", f"{path}/permissionLevels", list_levels),
            Route("GET", path, get),
            Route("PUT", path, put),
            Route("PATCH", path, patch),
        ]
    return found


def _object(call: Call) -> tuple[str, str]:
    sql_type = call.path.get("sql_type")
    return (f"sql/{sql_type}" if sql_type else call.path["type"]), call.path["object_id"]


def _entries(call: Call) -> list[Document]:
    return read_objects(call.json(), "access_control_list")
