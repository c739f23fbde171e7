"""What is remembered of monitors, by the id of their table, and of their refreshes.

A monitor: `table_id`, `table_name`, `workspace_id`, `creator_id`, `creator`, `monitor_version`,
`declared` (what was asked for, as the API answers it), the names of its metric tables, and of a
snapshot's last refresh `snapshot` (`instant` in microseconds, `version` of the table). A refresh:
`refresh_id`, `state`, `trigger`, `start_time_ms`, and in time `end_time_ms` and `message`.
"""

from __future__ import annotations

import time
from typing import Any

from infra.local.workspace.store import Document, Store

PENDING, RUNNING, SUCCESS, FAILED, CANCELED = "PENDING", "RUNNING", "SUCCESS", "FAILED", "CANCELED"
ACTIVE = frozenset({PENDING, RUNNING})
_FIRST_ID = 100_000_000_000


class Records:
    """Monitors and refreshes, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._monitors = store.collection("monitors")
        self._refreshes = store.collection("monitor_refreshes")

    def get(self, table_id: str) -> Document | None:
        """The monitor of a table."""
        return self._monitors.get(table_id)

    def all(self) -> list[Document]:
        """All monitors."""
        return self._monitors.all()

    def insert(self, monitor: Document) -> None:
        """Remember a new monitor; DuplicateKeyError where its table has one."""
        self._monitors.insert(monitor["table_id"], monitor)

    def change(self, table_id: str, changes: Document) -> Document | None:
        """Change a monitor's fields; None where it is gone."""
        with self._store.transaction():
            monitor = self._monitors.get(table_id)
            return None if monitor is None else self._monitors.put(table_id, monitor | changes)

    def delete(self, table_id: str) -> None:
        """Forget a monitor and its refreshes."""
        with self._store.transaction():
            self._monitors.delete(table_id)
            for key, _ in self._refreshes.items(f"{table_id}/"):
                self._refreshes.delete(key)

    def add_refresh(self, table_id: str, trigger: str) -> Document:
        """A new refresh of a monitor, which waits for its turn."""
        refresh: Document = {
            "refresh_id": _FIRST_ID + self._store.next_number("monitor_refreshes"),
            "state": PENDING,
            "trigger": trigger,
            "start_time_ms": _now(),
        }
        return self._refreshes.put(_key(table_id, refresh["refresh_id"]), refresh)

    def refresh(self, table_id: str, refresh_id: int) -> Document | None:
        """A refresh of a monitor."""
        return self._refreshes.get(_key(table_id, refresh_id))

    def refreshes(self, table_id: str) -> list[Document]:
        """The refreshes of a monitor, newest first."""
        return self._refreshes.all(f"{table_id}/")[::-1]

    def active(self, table_id: str) -> list[Document]:
        """The refreshes of a monitor that have not ended."""
        return [refresh for refresh in self.refreshes(table_id) if refresh["state"] in ACTIVE]

    def begin(self, table_id: str, refresh_id: int) -> bool:
        """Note that a refresh runs; False for one that does not wait any more."""
        return self._move(table_id, refresh_id, {PENDING}, state=RUNNING)

    def end(self, table_id: str, refresh_id: int, state: str, message: str = "") -> bool:
        """Note how a refresh ended; False for one that has ended already, or is forgotten."""
        told = {"message": message} if message else {}
        return self._move(table_id, refresh_id, ACTIVE, state=state, end_time_ms=_now(), **told)

    def _move(self, table_id: str, refresh_id: int, states: Any, **changes: Any) -> bool:
        key = _key(table_id, refresh_id)
        with self._store.transaction():
            refresh = self._refreshes.get(key)
            if refresh is None or refresh["state"] not in states:
                return False
            self._refreshes.put(key, refresh | changes)
            return True


def _key(table_id: str, refresh_id: int) -> str:
    return f"{table_id}/{refresh_id:020d}"


def _now() -> int:
    return int(time.time() * 1000)
