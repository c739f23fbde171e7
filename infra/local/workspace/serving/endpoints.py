"""Endpoints as they are kept: one document each, and who may touch it."""

from __future__ import annotations

import time
import uuid

from infra.local.workspace.errors import AlreadyExistsError, NotFoundError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.serving.documents import NOT_UPDATING
from infra.local.workspace.store import Document, DuplicateKeyError, Store

OBJECT_TYPE = "serving-endpoints"
VIEW, QUERY, MANAGE = "CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"


class Endpoints:
    """Documents of endpoints by workspace and name; ids are what permissions are given on."""

    def __init__(self, store: Store, permissions: Permissions) -> None:
        self._store = store
        self._endpoints = store.collection("serving_endpoints")
        self._permissions = permissions

    def insert(self, caller: Caller, workspace_id: int, name: str, fields: Document) -> Document:
        """A new endpoint; its creator, who stays its creator, manages it."""
        now = _now()
        endpoint: Document = {
            **fields,
            "id": uuid.uuid4().hex,
            "name": name,
            "workspace_id": workspace_id,
            "creator": caller.name,
            "creator_id": caller.principal.id,
            "creation_timestamp": now,
            "last_updated_timestamp": now,
            "config": None,
            "pending_config": None,
            "config_update": NOT_UPDATING,
            "config_version": 0,
        }
        try:
            with self._store.transaction():
                self._endpoints.insert(_key(workspace_id, name), endpoint)
                self._permissions.created(workspace_id, OBJECT_TYPE, endpoint["id"], caller)
        except DuplicateKeyError as error:
            raise AlreadyExistsError(f"Endpoint with name '{name}' already exists.") from error
        return endpoint

    def require(self, caller: Caller, workspace_id: int, name: str, level: str) -> Document:
        """The endpoint of a name, for who holds a level on it; others are not told whether it is there."""
        endpoint = self._endpoints.get(_key(workspace_id, name))
        if endpoint is None and not caller.is_workspace_admin:
            self._permissions.require(caller, workspace_id, OBJECT_TYPE, name, level)
        if endpoint is None:
            raise NotFoundError(f"The given endpoint '{name}' does not exist.")
        if not self._permissions.allows(caller, workspace_id, OBJECT_TYPE, endpoint["id"], level):
            self._permissions.require(caller, workspace_id, OBJECT_TYPE, name, level)
        return endpoint

    def level(self, caller: Caller, endpoint: Document) -> str | None:
        """What the caller may do with an endpoint."""
        return self._permissions.level(caller, endpoint["workspace_id"], OBJECT_TYPE, endpoint["id"])

    def all(self, workspace_id: int | None = None) -> list[Document]:
        """The endpoints of a workspace, or of all. Asks nobody."""
        return self._endpoints.all("" if workspace_id is None else f"{workspace_id}/")

    def change(self, endpoint: Document, changes: Document, *, updated: bool = True) -> Document | None:
        """Store changes of an endpoint; None where it was deleted (or made anew) meanwhile."""
        key = _key(endpoint["workspace_id"], endpoint["name"])
        with self._store.transaction():
            current = self._endpoints.get(key)
            if current is None or current["id"] != endpoint["id"]:
                return None
            stamp = {"last_updated_timestamp": _now()} if updated else {}
            return self._endpoints.put(key, {**current, **changes, **stamp})

    def delete(self, endpoint: Document) -> None:
        """Forget an endpoint and its permissions."""
        with self._store.transaction():
            self._endpoints.delete(_key(endpoint["workspace_id"], endpoint["name"]))
            self._permissions.forget(endpoint["workspace_id"], OBJECT_TYPE, endpoint["id"])


def _key(workspace_id: int, name: str) -> str:
    return f"{workspace_id}/{name}"


def _now() -> int:
    return int(time.time() * 1000)
