"""Dashboards of all workspaces: a draft each, its published version, and their place in the tree."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from infra.local.workspace.errors import (
    ConflictError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)
from infra.local.workspace.fields import read_text
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree import paths
from infra.local.workspace.tree.model import Tree

OBJECT_TYPE = "dashboards"
_NODE = "DASHBOARD"
_SUFFIX = ".lvdash.json"
_ACTIVE, _TRASHED = "ACTIVE", "TRASHED"
_READ, _EDIT, _MANAGE = "CAN_READ", "CAN_EDIT", "CAN_MANAGE"
_EMPTY = '{"pages": []}'
_HIDDEN = frozenset({"workspace_id", "published"})
_NOT_LISTED = frozenset({"etag", "parent_path", "path", "serialized_dashboard", "update_time"})
IsEntitled = Callable[[Caller, int, str], bool]


class Dashboards:
    """Documents as the API describes them, with what is published of each."""

    def __init__(
        self, store: Store, *, permissions: Permissions, tree: Tree, is_entitled: IsEntitled
    ) -> None:
        self._store = store
        self._dashboards = store.collection("dashboards")
        self._permissions = permissions
        self._tree = tree
        self._is_entitled = is_entitled
        tree.on_deleted.append(self._trash_node)

    def create(self, caller: Caller, workspace_id: int, request: Document) -> Document:
        """A new draft, a file of its name in a folder that is there; without one, in the caller's home."""
        self._require_entitlement(caller, workspace_id)
        parent = paths.normal(read_text(request, "parent_path") or f"{paths.USERS}/{caller.name}")
        name, dashboard_id, now = _name(request), uuid.uuid4().hex, _now()
        dashboard: Document = {
            "dashboard_id": dashboard_id,
            "workspace_id": workspace_id,
            "display_name": name,
            "parent_path": parent,
            "path": _path(parent, name),
            "serialized_dashboard": _content(request) or _EMPTY,
            "warehouse_id": read_text(request, "warehouse_id"),
            "lifecycle_state": _ACTIVE,
            "etag": uuid.uuid4().hex,
            "create_time": now,
            "update_time": now,
            "published": None,
        }
        with self._store.transaction():
            self._tree.place(caller, workspace_id, dashboard["path"], _NODE, dashboard_id)
            return _shown(self._put(dashboard))

    def get(self, caller: Caller, workspace_id: int, dashboard_id: str) -> Document:
        """A draft; one in the trash is told as such."""
        return _shown(self._require(caller, workspace_id, dashboard_id, _READ))

    def visible(self, caller: Caller, workspace_id: int, *, trashed: bool) -> list[Document]:
        """Summaries of the dashboards that the caller may read."""
        return [
            {key: value for key, value in _shown(dashboard).items() if key not in _NOT_LISTED}
            for dashboard in self._dashboards.all(f"{workspace_id}/")
            if (trashed or dashboard["lifecycle_state"] == _ACTIVE)
            and self._permissions.allows(caller, workspace_id, OBJECT_TYPE, dashboard["dashboard_id"], _READ)
        ]

    def update(self, caller: Caller, workspace_id: int, dashboard_id: str, request: Document) -> Document:
        """The draft after a change; with an `etag`, only if nobody has changed it since."""
        with self._store.transaction():
            dashboard = self._require_active(caller, workspace_id, dashboard_id, _EDIT)
            if (etag := read_text(request, "etag")) and etag != dashboard["etag"]:
                raise ConflictError(f"Dashboard {dashboard_id} was changed meanwhile: read it again.")
            changed = {**dashboard, "etag": uuid.uuid4().hex, "update_time": _now()}
            changed["serialized_dashboard"] = _content(request) or dashboard["serialized_dashboard"]
            changed["warehouse_id"] = read_text(request, "warehouse_id") or dashboard["warehouse_id"]
            if request.get("display_name") is not None:
                changed["display_name"] = _name(request)
                changed["path"] = _path(dashboard["parent_path"], changed["display_name"])
                self._tree.rename(workspace_id, dashboard["path"], changed["path"])
            return _shown(self._put(changed))

    def trash(self, caller: Caller, workspace_id: int, dashboard_id: str) -> None:
        """Put a dashboard into the trash: it is no longer in its folder, and can't be changed."""
        with self._store.transaction():
            dashboard = self._require_active(caller, workspace_id, dashboard_id, _MANAGE)
            self._tree.remove(workspace_id, dashboard["path"])
            self._put({**dashboard, "lifecycle_state": _TRASHED})

    def publish(self, caller: Caller, workspace_id: int, dashboard_id: str, request: Document) -> Document:
        """Publish the draft as it is, for who may read it."""
        with self._store.transaction():
            dashboard = self._require_active(caller, workspace_id, dashboard_id, _EDIT)
            published = {
                "display_name": dashboard["display_name"],
                "embed_credentials": bool(request.get("embed_credentials")),
                "revision_create_time": _now(),
                "warehouse_id": read_text(request, "warehouse_id") or dashboard["warehouse_id"],
            }
            self._put({**dashboard, "published": published})
            return published

    def published(self, caller: Caller, workspace_id: int, dashboard_id: str) -> Document:
        """What is published of a dashboard."""
        dashboard = self._require(caller, workspace_id, dashboard_id, _READ)
        if dashboard["published"] is None:
            raise NotFoundError(f"Dashboard {dashboard_id} is not published.")
        return dict(dashboard["published"])

    def unpublish(self, caller: Caller, workspace_id: int, dashboard_id: str) -> None:
        """Take back what is published; the draft stays."""
        with self._store.transaction():
            self.published(caller, workspace_id, dashboard_id)
            dashboard = self._require_active(caller, workspace_id, dashboard_id, _EDIT)
            self._put({**dashboard, "published": None})

    def _require(self, caller: Caller, workspace_id: int, dashboard_id: str, level: str) -> Document:
        if level != _READ:  # any entitlement shows dashboards; only that to SQL draws them
            self._require_entitlement(caller, workspace_id)
        self._permissions.require(caller, workspace_id, OBJECT_TYPE, dashboard_id, level)
        dashboard = self._dashboards.get(f"{workspace_id}/{dashboard_id}")
        if dashboard is None:
            raise NotFoundError(f"Unable to find dashboard [dashboardId={dashboard_id}].")
        return dashboard

    def _require_active(self, caller: Caller, workspace_id: int, dashboard_id: str, level: str) -> Document:
        dashboard = self._require(caller, workspace_id, dashboard_id, level)
        if dashboard["lifecycle_state"] == _TRASHED:
            raise PermissionDeniedError(f"Dashboard {dashboard_id} is in the trash.")
        return dashboard

    def _require_entitlement(self, caller: Caller, workspace_id: int) -> None:
        if not self._is_entitled(caller, workspace_id, "databricks-sql-access"):
            raise PermissionDeniedError(f"{caller.name} is not entitled to Databricks SQL in this workspace.")

    def _trash_node(self, workspace_id: int, node: Document) -> None:
        dashboard = self._dashboards.get(f"{workspace_id}/{node['resource_id']}")
        if node["object_type"] == _NODE and dashboard is not None:
            self._put({**dashboard, "lifecycle_state": _TRASHED})

    def _put(self, dashboard: Document) -> Document:
        return self._dashboards.put(f"{dashboard['workspace_id']}/{dashboard['dashboard_id']}", dashboard)


def _shown(dashboard: Document) -> Document:
    return {key: value for key, value in dashboard.items() if key not in _HIDDEN and value != ""}


def _name(request: Document) -> str:
    name = read_text(request, "display_name")
    if not name or "/" in name:
        raise InvalidParameterError("display_name must be given, without '/'.")
    return name


def _path(parent: str, name: str) -> str:
    return f"{parent.rstrip('/')}/{name}{_SUFFIX}"


def _content(request: Document) -> str:
    """The serialized dashboard, which must be JSON of datasets and pages."""
    text = read_text(request, "serialized_dashboard")
    if not text:
        return ""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise InvalidParameterError(f"serialized_dashboard is not JSON: {error}") from error
    parts = [content.get(part, []) for part in ("datasets", "pages")] if isinstance(content, dict) else [None]
    if not all(isinstance(part, list) and all(isinstance(item, dict) for item in part) for part in parts):
        raise InvalidParameterError(
            "serialized_dashboard must be an object with lists `datasets` and `pages`."
        )
    return text


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
