"""SQL warehouses: who may run statements, under which name; all share the account's one engine."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

from infra.local.workspace.errors import (
    InvalidParameterError,
    NotFoundError,
    NotServedError,
    PermissionDeniedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.store import Document, Store

TYPE = "sql/warehouses"
IsEntitled = Callable[[Caller, int, str], bool]
_SIZES = (
    *("2X-Small", "X-Small", "Small", "Medium", "Large"),
    *("X-Large", "2X-Large", "3X-Large", "4X-Large", "5X-Large"),
)
_DEFAULTS: Document = {
    "cluster_size": "2X-Small",
    "min_num_clusters": 1,
    "max_num_clusters": 1,
    "auto_stop_mins": 120,
    "spot_instance_policy": "COST_OPTIMIZED",
    "enable_photon": True,
    "enable_serverless_compute": False,
    "warehouse_type": "PRO",
    "channel": {"name": "CHANNEL_NAME_CURRENT"},
    "tags": {},
}
_NO_STOP = 0


class Warehouses:
    """Warehouses as documents. Whether one runs follows from when it was last used, as auto-stop has it."""

    def __init__(self, store: Store, permissions: Permissions, *, is_entitled: IsEntitled) -> None:
        self._warehouses = store.collection("warehouses")
        self._permissions = permissions
        self._is_entitled = is_entitled

    def create(self, caller: Caller, workspace_id: int, fields: Document) -> Document:
        """A new warehouse, running, owned by the caller."""
        if not self._is_entitled(caller, workspace_id, "allow-cluster-create"):
            raise PermissionDeniedError("You do not have permission to create SQL warehouses.")
        document = {**_DEFAULTS, **_read(fields)}
        if not document.get("name"):
            raise InvalidParameterError("Missing required field: name")
        self._refuse_taken(workspace_id, document["name"], None)
        document |= {"id": secrets.token_hex(8), "creator_name": caller.name, "stopped": False}
        document |= {"last_used": time.time(), "data_source_id": secrets.token_hex(16)}
        self._permissions.created(workspace_id, TYPE, document["id"], caller)
        return self._put(workspace_id, document)

    def get(self, caller: Caller, workspace_id: int, warehouse_id: str) -> Document:
        """A warehouse, for who may view it."""
        return self._require(caller, workspace_id, warehouse_id, "CAN_VIEW")

    def list(self, caller: Caller, workspace_id: int) -> list[Document]:
        """The warehouses that the caller may view."""
        return [
            document
            for document in self._warehouses.all(f"{workspace_id}/")
            if self._permissions.allows(caller, workspace_id, TYPE, document["id"], "CAN_VIEW")
        ]

    def edit(self, caller: Caller, workspace_id: int, warehouse_id: str, fields: Document) -> Document:
        """A warehouse with other settings; those that are not given go back to their defaults."""
        document = self._require(caller, workspace_id, warehouse_id, "CAN_MANAGE")
        changed = {**document, **_DEFAULTS, **_read(fields)}
        self._refuse_taken(workspace_id, changed["name"], warehouse_id)
        return self._put(workspace_id, changed)

    def start(self, caller: Caller, workspace_id: int, warehouse_id: str) -> None:
        """Let it run."""
        self.use(caller, workspace_id, warehouse_id)

    def stop(self, caller: Caller, workspace_id: int, warehouse_id: str) -> None:
        """Stop it until it is started or used."""
        document = self._require(caller, workspace_id, warehouse_id, "CAN_MANAGE")
        self._put(workspace_id, document | {"stopped": True})

    def delete(self, caller: Caller, workspace_id: int, warehouse_id: str) -> None:
        """Remove it."""
        self._require(caller, workspace_id, warehouse_id, "CAN_MANAGE")
        self._warehouses.delete(f"{workspace_id}/{warehouse_id}")
        self._permissions.forget(workspace_id, TYPE, warehouse_id)

    def use(self, caller: Caller, workspace_id: int, warehouse_id: str) -> None:
        """Start it if need be, for who may run statements on it and may use SQL here at all."""
        if not self._is_entitled(caller, workspace_id, "databricks-sql-access"):
            raise PermissionDeniedError(f"{caller.name} has no access to Databricks SQL in this workspace.")
        document = self._require(caller, workspace_id, warehouse_id, "CAN_USE")
        self._put(workspace_id, document | {"stopped": False, "last_used": time.time()})

    def _require(self, caller: Caller, workspace_id: int, warehouse_id: str, level: str) -> Document:
        self._permissions.require(caller, workspace_id, TYPE, warehouse_id, level)
        document = self._warehouses.get(f"{workspace_id}/{warehouse_id}")
        if document is None:
            raise NotFoundError(f"SQL warehouse {warehouse_id} does not exist.")
        return document

    def _refuse_taken(self, workspace_id: int, name: str, own_id: str | None) -> None:
        for document in self._warehouses.all(f"{workspace_id}/"):
            if document["name"] == name and document["id"] != own_id:
                raise InvalidParameterError(f"SQL warehouse with name `{name}` already exists")

    def _put(self, workspace_id: int, document: Document) -> Document:
        return self._warehouses.put(f"{workspace_id}/{document['id']}", document)


def is_running(document: Document) -> bool:
    """Whether a warehouse runs: not stopped, and used within its auto-stop minutes."""
    if document["stopped"]:
        return False
    minutes = document["auto_stop_mins"]
    return bool(minutes == _NO_STOP or time.time() - document["last_used"] < minutes * 60)


def _read(fields: Document) -> Document:
    """The settings that a request gives, checked."""
    known = {"name", *_DEFAULTS}
    found: Document = {key: value for key, value in fields.items() if key in known and value is not None}
    if fields.get("instance_profile_arn"):
        raise NotServedError("Instance profiles are not served locally.")
    if found.get("cluster_size", _SIZES[0]) not in _SIZES:
        raise InvalidParameterError(f"{found['cluster_size']} is not a cluster size: {', '.join(_SIZES)}.")
    minutes: Any = found.get("auto_stop_mins", _NO_STOP)
    if not isinstance(minutes, int) or (minutes != _NO_STOP and minutes < 5):
        raise InvalidParameterError("auto_stop_mins must be 0, for never, or at least 5 minutes.")
    return found
