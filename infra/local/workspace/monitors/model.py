"""Quality monitors: one a table, made by who manages it, refreshed by schedule or on demand.

What Databricks does and this does not: it makes no dashboard (as with `skip_builtin_dashboard`, so
`assets_dir` is kept and nothing put there), monitors no views, does not classify data.
"""

from __future__ import annotations

import logging

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.model import Engine
from infra.local.workspace.errors import (
    AlreadyExistsError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.monitors import settings
from infra.local.workspace.monitors.definition import Definition
from infra.local.workspace.monitors.examination import Examiner, require_table
from infra.local.workspace.monitors.ports import Notifications
from infra.local.workspace.monitors.records import Records
from infra.local.workspace.monitors.refresh import Refresh
from infra.local.workspace.monitors.refreshes import Refreshes
from infra.local.workspace.monitors.tables import MetricTables
from infra.local.workspace.scheduling.agenda import Due
from infra.local.workspace.scheduling.clock import Clock
from infra.local.workspace.scheduling.scheduler import Scheduler
from infra.local.workspace.store import Document, DuplicateKeyError, Store

_log = logging.getLogger(__name__)
_MOST_LISTED = 25


class Monitors:
    """The monitors of all workspaces.

    MANAGE on the table (its owner, and owners of its schema and catalog, have it) is needed to make,
    change, refresh and delete; SELECT to make one and to look. Only its creator changes a monitor, and
    only the workspace where it was made may do more than look at it.
    """

    def __init__(
        self,
        store: Store,
        *,
        directory: Directory,
        catalog: UnityCatalog,
        engine: Engine,
        notifications: Notifications,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._notifications = notifications
        self._records = Records(store)
        self._tables = MetricTables(engine, catalog)
        self._examiner = Examiner(engine, catalog)
        refresh = Refresh(
            self._records,
            directory=directory,
            catalog=catalog,
            engine=engine,
            tables=self._tables,
            clock=clock,
        )
        self._refreshes = Refreshes(self._records, refresh, notifications)
        self._scheduler = Scheduler(clock, self._fire, fired=store.collection("monitors_fired"))

    def start(self) -> None:
        """Mark refreshes that a dead account left behind; heed schedules."""
        self._refreshes.start()
        triggers = {
            each["table_id"]: settings.read_schedule(each["declared"]) for each in self._records.all()
        }
        self._scheduler.start({key: trigger for key, trigger in triggers.items() if trigger})

    def stop(self) -> None:
        """Interrupt what runs; start nothing more."""
        self._scheduler.stop()
        self._refreshes.stop()

    def close_workspace(self, workspace_id: int) -> None:
        """Forget the monitors of a workspace that is deleted."""
        for monitor in self._records.all():
            if monitor["workspace_id"] == workspace_id:
                self._forget(monitor)

    def due(self) -> list[Due]:
        """The monitors that a schedule refreshes, and when it does next."""
        monitors = {monitor["table_id"]: monitor for monitor in self._records.all()}
        return [
            Due(f"monitor of {monitors[key]['table_name']}", monitors[key]["workspace_id"], at)
            for key, at in self._scheduler.due().items()
            if key in monitors
        ]

    def create(self, caller: Caller, workspace_id: int, table_name: str, body: Document) -> Document:
        """A new monitor, with its metric tables, which are empty."""
        table = self._require_table(caller, workspace_id, table_name)
        self._catalog.require(caller, workspace_id, "SELECT", "table", table_name)
        if self._records.get(table["table_id"]):
            raise AlreadyExistsError(f"Table '{table['full_name']}' has a monitor already.")
        declared, definition = self._read(workspace_id, body)
        assets_dir, schema = settings.read_assets_dir(body), settings.read_output_schema(body)
        self._catalog.require(caller, workspace_id, "CREATE_TABLE", "schema", schema)
        self._examiner.examine(caller, workspace_id, table, definition)
        monitor: Document = {
            "table_id": table["table_id"],
            "table_name": table["full_name"],
            "workspace_id": workspace_id,
            "creator_id": caller.principal.id,
            "creator": caller.name,
            "monitor_version": 0,
            "assets_dir": assets_dir,
            "output_schema_name": schema,
            "profile_metrics_table_name": f"{schema}.{table['name']}_profile_metrics",
            "drift_metrics_table_name": f"{schema}.{table['name']}_drift_metrics",
            "declared": declared,
        }
        self._tables.prepare(caller, monitor, definition)
        self._insert(monitor)
        return describe(monitor)

    def _read(self, workspace_id: int, body: Document) -> tuple[Document, Definition]:
        """What a request declares, as it is kept and as it is computed."""
        declared = settings.read_declared(body)
        self._notifications.require(workspace_id, emails=settings.addresses(declared), destinations=())
        return declared, Definition.read(declared)

    def _insert(self, monitor: Document) -> None:
        """Keep a new monitor, in the place of one whose table of the same name was dropped."""
        if orphan := self._find_orphan(monitor["table_name"]):
            self._forget(orphan)
        try:
            self._records.insert(monitor)
        except DuplicateKeyError as error:
            raise AlreadyExistsError(f"Table '{monitor['table_name']}' has a monitor already.") from error
        self._scheduler.put(monitor["table_id"], settings.read_schedule(monitor["declared"]))

    def get(self, caller: Caller, workspace_id: int, table_name: str) -> Document:
        """The monitor of a table, for who may read the table or manages it."""
        self._require_sight(caller, workspace_id, table_name)
        return describe(self._monitor(table_name))

    def update(self, caller: Caller, workspace_id: int, table_name: str, body: Document) -> Document:
        """The monitor with other settings: those that are not given are no more."""
        table = self._require_table(caller, workspace_id, table_name)
        monitor = self._here(workspace_id, self._monitor(table_name))
        if caller.principal.id != monitor["creator_id"]:
            raise PermissionDeniedError(
                f"Only {monitor['creator']}, who created this monitor, may change it."
            )
        declared, definition = self._read(workspace_id, body)
        if settings.read_output_schema(body) != monitor["output_schema_name"]:
            raise InvalidParameterError("output_schema_name of a monitor can't be changed.")
        if definition.profile.kind != Definition.read(monitor["declared"]).profile.kind:
            raise InvalidParameterError("The kind of a monitor's profile can't be changed: make it anew.")
        self._examiner.examine(caller, workspace_id, table, definition)
        self._tables.prepare(caller, monitor, definition)
        before = {name: monitor["declared"].get(name) for name in settings.COMPUTED}
        is_new = before != {name: declared.get(name) for name in settings.COMPUTED}
        changes = {"declared": declared, "monitor_version": monitor["monitor_version"] + is_new}
        changed = self._records.change(monitor["table_id"], changes)
        if changed is None:
            raise _missing(table_name)
        self._scheduler.put(monitor["table_id"], settings.read_schedule(declared))
        return describe(changed)

    def delete(self, caller: Caller, workspace_id: int, table_name: str) -> None:
        """Forget a monitor and its refreshes; its metric tables stay."""
        self._forget(self._managed(caller, workspace_id, table_name))

    def run_refresh(self, caller: Caller, workspace_id: int, table_name: str) -> Document:
        """A new refresh, which begins once those before it have ended."""
        return self._refreshes.submit(self._managed(caller, workspace_id, table_name), "MANUAL")

    def cancel_refresh(self, caller: Caller, workspace_id: int, table_name: str, refresh_id: int) -> None:
        """End a refresh; nothing happens to one that has ended."""
        monitor = self._managed(caller, workspace_id, table_name)
        self._refreshes.cancel(monitor, self._refresh(monitor, refresh_id)["refresh_id"])

    def list_refreshes(self, caller: Caller, workspace_id: int, table_name: str) -> list[Document]:
        """The newest refreshes of a monitor, newest first."""
        monitor = self._seen(caller, workspace_id, table_name)
        return self._records.refreshes(monitor["table_id"])[:_MOST_LISTED]

    def get_refresh(self, caller: Caller, workspace_id: int, table_name: str, refresh_id: int) -> Document:
        """A refresh of a monitor."""
        return self._refresh(self._seen(caller, workspace_id, table_name), refresh_id)

    def _fire(self, key: str) -> None:
        """Refresh by schedule, unless a refresh is under way."""
        monitor = self._records.get(key)
        if monitor is None:
            return
        if self._records.active(key):
            _log.info("The monitor of %s was due while it is refreshed: left out", monitor["table_name"])
            return
        self._refreshes.submit(monitor, "SCHEDULE")

    def _forget(self, monitor: Document) -> None:
        self._scheduler.put(monitor["table_id"], None)
        for refresh in self._records.active(monitor["table_id"]):
            self._refreshes.cancel(monitor, refresh["refresh_id"])
        self._records.delete(monitor["table_id"])

    def _require_table(self, caller: Caller, workspace_id: int, table_name: str) -> Document:
        """The table, for who manages it."""
        self._catalog.require(caller, workspace_id, "MANAGE", "table", table_name)
        table = self._catalog.find("table", table_name)
        require_table(table, table_name)
        return table or {}

    def _require_sight(self, caller: Caller, workspace_id: int, table_name: str) -> None:
        if not self._catalog.allows(caller, workspace_id, "MANAGE", "table", table_name):
            self._catalog.require(caller, workspace_id, "SELECT", "table", table_name)

    def _managed(self, caller: Caller, workspace_id: int, table_name: str) -> Document:
        """The monitor of a table, for who manages the table."""
        try:
            self._catalog.require(caller, workspace_id, "MANAGE", "table", table_name)
            monitor = self._monitor(table_name)
        except NotFoundError as error:
            monitor = self._orphan(caller, table_name, error)
        return self._here(workspace_id, monitor)

    def _seen(self, caller: Caller, workspace_id: int, table_name: str) -> Document:
        """The monitor of a table, for who may read the table."""
        try:
            self._require_sight(caller, workspace_id, table_name)
            monitor = self._monitor(table_name)
        except NotFoundError as error:
            monitor = self._orphan(caller, table_name, error)
        return self._here(workspace_id, monitor)

    def _monitor(self, table_name: str) -> Document:
        table = self._catalog.find("table", table_name) or {}
        monitor = self._records.get(table.get("table_id", ""))
        if monitor is None:
            raise _missing(table_name)
        return monitor

    def _orphan(self, caller: Caller, table_name: str, error: NotFoundError) -> Document:
        """The monitor of a table that was dropped: its creator still sees why it fails, and deletes it."""
        monitor = self._find_orphan(table_name)
        if monitor is None or caller.principal.id != monitor["creator_id"]:
            raise error
        return monitor

    def _find_orphan(self, table_name: str) -> Document | None:
        """The monitor of a table that had this name when it was dropped."""
        for monitor in self._records.all():
            same = monitor["table_name"] == table_name.lower()
            if same and self._catalog.find_table(monitor["table_id"]) is None:
                return monitor
        return None

    def _here(self, workspace_id: int, monitor: Document) -> Document:
        if monitor["workspace_id"] != workspace_id:
            raise PermissionDeniedError(
                f"The monitor of {monitor['table_name']} was made in workspace {monitor['workspace_id']}: "
                "it is refreshed and changed only there."
            )
        return monitor

    def _refresh(self, monitor: Document, refresh_id: int) -> Document:
        refresh = self._records.refresh(monitor["table_id"], refresh_id)
        if refresh is None:
            raise NotFoundError(f"The monitor of {monitor['table_name']} has no refresh {refresh_id}.")
        return refresh


def describe(monitor: Document) -> Document:
    """A monitor as the API answers it."""
    names = (
        *("table_name", "assets_dir", "output_schema_name", "monitor_version"),
        *("profile_metrics_table_name", "drift_metrics_table_name"),
    )
    told = {name: monitor[name] for name in names}
    return {**told, **monitor["declared"], "status": "MONITOR_STATUS_ACTIVE"}


def _missing(table_name: str) -> NotFoundError:
    return NotFoundError(f"Table '{table_name}' has no monitor.")
