"""The alerts service: alerts by workspace, in a folder each, evaluated by their schedule."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.workspace.alerts import fields
from infra.local.workspace.alerts.evaluator import Evaluator
from infra.local.workspace.alerts.principals import RunAs
from infra.local.workspace.errors import InvalidParameterError, NotFoundError, PermissionDeniedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.notifications.model import Notifications
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.scheduling.agenda import Due
from infra.local.workspace.scheduling.clock import Clock
from infra.local.workspace.scheduling.scheduler import Scheduler
from infra.local.workspace.sql.model import Sql
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree import paths
from infra.local.workspace.tree.model import Tree

OBJECT_TYPE = "alertsv2"
NODE = "ALERT"
_SUFFIX = ".dbalert.json"
_FIRST_ID = 10**15
_ACTIVE, _DELETED = "ACTIVE", "DELETED"
_READ, _EDIT, _MANAGE = "CAN_READ", "CAN_EDIT", "CAN_MANAGE"
IsEntitled = Callable[[Caller, int, str], bool]


class Alerts:
    """Alerts as documents: `alert` (the fields that clients decide on), whose they are, what they came to.

    `path` is the alert's place in the tree: Databricks gives an alert another name where its own is
    taken there, here it is refused, so that a name means what was asked for.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        permissions: Permissions,
        tree: Tree,
        sql: Sql,
        notifications: Notifications,
        run_as: RunAs,
        workspace_url: Callable[[int], str],
        is_entitled: IsEntitled,
    ) -> None:
        self._store = store
        self._alerts = store.collection("alerts")
        self._permissions = permissions
        self._tree = tree
        self._sql = sql
        self._notifications = notifications
        self._run_as = run_as
        self._is_entitled = is_entitled
        self._evaluator = Evaluator(
            store,
            clock=clock,
            sql=sql,
            notifications=notifications,
            run_as=run_as,
            find_folder=lambda document: tree.find(document["workspace_id"], paths.parent(document["path"])),
            workspace_url=workspace_url,
        )
        self._scheduler = Scheduler(clock, self._evaluator.submit, fired=store.collection("alerts_fired"))
        tree.on_deleted.append(self._forget_node)

    def start(self) -> None:
        """Evaluate by schedule from now on."""
        active = [(key, document) for key, document in self._alerts.items() if _is_active(document)]
        parsed = {key: fields.parse(document["alert"]) for key, document in active}
        self._scheduler.start({key: trigger for key, trigger in parsed.items() if trigger})

    def stop(self) -> None:
        """Evaluate no more; what is being evaluated stays as it was."""
        self._scheduler.stop()
        self._evaluator.stop()

    def due(self) -> list[Due]:
        """The alerts that a schedule evaluates, and when it does next."""
        found = []
        for key, at in self._scheduler.due().items():
            if document := self._alerts.get(key):
                what = f"alert {document['id']} {document['alert']['display_name']}"
                found.append(Due(what, document["workspace_id"], at))
        return found

    def create(self, caller: Caller, workspace_id: int, body: Mapping[str, Any]) -> Document:
        """A new alert in a folder that is there, without one in the caller's home; not evaluated yet."""
        if not self._is_entitled(caller, workspace_id, "databricks-sql-access"):
            raise PermissionDeniedError(f"{caller.name} has no access to Databricks SQL in this workspace.")
        alert = fields.accept(body)
        run_as_id = self._checked(caller, workspace_id, alert, current_id=None)
        now = int(time.time() * 1000)
        with self._store.transaction():
            document: Document = {
                "id": str(_FIRST_ID + self._store.next_number("alerts")),
                "workspace_id": workspace_id,
                "owner_id": caller.principal.id,
                "run_as_id": run_as_id,
                "alert": alert,
                "path": _path(alert, caller),
                "lifecycle_state": _ACTIVE,
                "state": "UNKNOWN",
                "evaluated_at": None,
                "told": None,
                "told_at": None,
                "created_at": now,
                "updated_at": now,
            }
            self._tree.place(caller, workspace_id, document["path"], NODE, document["id"])
            return self._put(document)

    def get(self, caller: Caller, workspace_id: int, alert_id: str) -> Document:
        """An alert that the caller may read, one in the trash too."""
        return self._require(caller, workspace_id, alert_id, _READ)

    def all(self, caller: Caller, workspace_id: int) -> list[Document]:
        """The alerts that the caller may read and that are not in the trash, oldest first."""
        return [
            document
            for document in self._alerts.all(f"{workspace_id}/")
            if _is_active(document)
            and self._permissions.allows(caller, workspace_id, OBJECT_TYPE, document["id"], _READ)
        ]

    def update(
        self, caller: Caller, workspace_id: int, alert_id: str, body: Mapping[str, Any], *, mask: str
    ) -> Document:
        """An alert after a change; its state is that of before until it is evaluated again."""
        document = self._require_active(caller, workspace_id, alert_id, _EDIT)
        alert = fields.merge(document["alert"], fields.accept(body), mask)
        if _folder(alert) != _folder(document["alert"]):
            raise InvalidParameterError("parent_path can only be set when an alert is created.")
        run_as_id = self._checked(caller, workspace_id, alert, current_id=document["run_as_id"])
        with self._store.transaction():
            document = self._require_active(caller, workspace_id, alert_id, _EDIT)
            path = f"{paths.parent(document['path'])}/{alert['display_name']}{_SUFFIX}"
            self._tree.rename(workspace_id, document["path"], path)
            changed = {"alert": alert, "run_as_id": run_as_id, "path": path}
            return self._put({**document, **changed, "updated_at": int(time.time() * 1000)})

    def trash(self, caller: Caller, workspace_id: int, alert_id: str, *, purge: bool) -> None:
        """Put an alert into the trash, or remove it for good: it is not evaluated any more."""
        document = self._require(caller, workspace_id, alert_id, _MANAGE)
        with self._store.transaction():
            if _is_active(document):
                self._tree.remove(workspace_id, document["path"])
            self._put({**document, "lifecycle_state": _DELETED})
            if purge:
                self._alerts.delete(_key(document))

    def run_as(self, document: Document) -> dict[str, str]:
        """Whom an alert is evaluated as, as the API spells it."""
        return self._run_as.describe(document["run_as_id"])

    def owner(self, document: Document) -> str:
        """The name of who created an alert."""
        return self._run_as.name(document["owner_id"])

    def close_workspace(self, workspace_id: int) -> None:
        """Forget the alerts of a workspace that is deleted."""
        for key, _ in self._alerts.items(f"{workspace_id}/"):
            self._scheduler.put(key, None)
            self._alerts.delete(key)

    def _checked(self, caller: Caller, workspace_id: int, alert: Document, *, current_id: str | None) -> str:
        """The id of whom a correct alert runs as."""
        fields.check(alert)
        run_as_id = self._run_as.choose(caller, workspace_id, alert, current_id=current_id)
        self._sql.warehouses.get(caller, workspace_id, alert["warehouse_id"])
        emails, destinations = fields.subscribers(alert)
        self._notifications.require(workspace_id, emails=emails, destinations=destinations)
        return run_as_id

    def _require(self, caller: Caller, workspace_id: int, alert_id: str, level: str) -> Document:
        self._permissions.require(caller, workspace_id, OBJECT_TYPE, alert_id, level)
        document = self._alerts.get(f"{workspace_id}/{alert_id}")
        if document is None:
            raise NotFoundError(f"Alert {alert_id} does not exist.")
        return document

    def _require_active(self, caller: Caller, workspace_id: int, alert_id: str, level: str) -> Document:
        document = self._require(caller, workspace_id, alert_id, level)
        if not _is_active(document):
            raise NotFoundError(f"Alert {alert_id} is in the trash.")
        return document

    def _forget_node(self, workspace_id: int, node: Document) -> None:
        document = self._alerts.get(f"{workspace_id}/{node['resource_id']}")
        if node["object_type"] == NODE and document is not None:
            self._put({**document, "lifecycle_state": _DELETED})

    def _put(self, document: Document) -> Document:
        trigger = fields.parse(document["alert"]) if _is_active(document) else None
        self._scheduler.put(_key(document), trigger)
        return self._alerts.put(_key(document), document)


def _is_active(document: Document) -> bool:
    return bool(document["lifecycle_state"] == _ACTIVE)


def _folder(alert: Document) -> str | None:
    return paths.normal(alert["parent_path"]) if "parent_path" in alert else None


def _path(alert: Document, caller: Caller) -> str:
    folder = _folder(alert) or f"{paths.USERS}/{caller.name}"
    return f"{folder.rstrip('/')}/{alert['display_name']}{_SUFFIX}"


def _key(document: Document) -> str:
    return f"{document['workspace_id']}/{document['id']}"
