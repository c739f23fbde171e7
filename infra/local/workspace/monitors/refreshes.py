"""Refreshes: one after the other, in the background, as the monitor's creator.

All rows of a table are computed anew at each refresh, whatever their age: the same data gives the same
rows, and late rows or labels change their windows. Databricks computes of what was there before a
monitor was made only the last thirty days; here data of years ago can be monitored. A snapshot adds a
window, the instant of the refresh, to those of earlier refreshes.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.workspace.engine.errors import EngineError
from infra.local.workspace.errors import ApiError, UnavailableError
from infra.local.workspace.monitors import records
from infra.local.workspace.monitors.ports import Notifications
from infra.local.workspace.monitors.records import Records
from infra.local.workspace.monitors.refresh import Refresh
from infra.local.workspace.monitors.settings import addresses
from infra.local.workspace.store import Document

_log = logging.getLogger(__name__)
STOPPED = "The local account was stopped."


class _InterruptedError(Exception):
    """The refresh was cancelled, or the account stops."""


class Refreshes:
    """Runs refreshes and tells who wants to know of those that fail."""

    def __init__(self, kept: Records, refresh: Refresh, notifications: Notifications) -> None:
        self._records = kept
        self._refresh = refresh
        self._notifications = notifications
        self._thread = ThreadPoolExecutor(1, "monitors")
        self._interrupts: dict[int, threading.Event] = {}
        self._stopping = False

    def start(self) -> None:
        """Mark what the last account left under way as failed."""
        for monitor in self._records.all():
            for refresh in self._records.active(monitor["table_id"]):
                message = STOPPED
                self._records.end(monitor["table_id"], refresh["refresh_id"], records.FAILED, message)

    def stop(self) -> None:
        """Interrupt what runs; start nothing more."""
        self._stopping = True
        for event in list(self._interrupts.values()):
            event.set()
        self._thread.shutdown(cancel_futures=True)

    def submit(self, monitor: Document, trigger: str) -> Document:
        """A new refresh, which begins when those before it have ended."""
        if self._stopping:
            raise UnavailableError("The local account is being stopped.")
        refresh = self._records.add_refresh(monitor["table_id"], trigger)
        self._interrupts[refresh["refresh_id"]] = threading.Event()
        self._thread.submit(self._run, monitor["table_id"], refresh["refresh_id"])
        return refresh

    def cancel(self, monitor: Document, refresh_id: int) -> None:
        """End a refresh soon; its metrics are not written. Nothing happens to one that has ended."""
        if event := self._interrupts.get(refresh_id):
            event.set()
        self._records.end(monitor["table_id"], refresh_id, records.CANCELED)

    def _run(self, table_id: str, refresh_id: int) -> None:
        event = self._interrupts[refresh_id]
        try:
            monitor = self._records.get(table_id)
            if monitor is None or not self._records.begin(table_id, refresh_id):
                return
            self._carry_out(monitor, refresh_id, event)
        finally:
            del self._interrupts[refresh_id]

    def _carry_out(self, monitor: Document, refresh_id: int, event: threading.Event) -> None:
        def checkpoint() -> None:
            if event.is_set():
                raise _InterruptedError

        try:
            self._refresh.carry_out(monitor, checkpoint)
        except _InterruptedError:
            self._records.end(monitor["table_id"], refresh_id, records.FAILED, STOPPED)
        except ApiError as error:
            self._fail(monitor, refresh_id, error.message)
        except EngineError as error:
            self._fail(monitor, refresh_id, str(error))
        except Exception as error:
            _log.exception("The refresh of the monitor of %s failed", monitor["table_name"])
            self._fail(monitor, refresh_id, f"{type(error).__name__}: {error}")
        else:
            self._records.end(monitor["table_id"], refresh_id, records.SUCCESS)

    def _fail(self, monitor: Document, refresh_id: int, message: str) -> None:
        if not self._records.end(monitor["table_id"], refresh_id, records.FAILED, message):
            return
        if emails := addresses(monitor["declared"]):
            self._notifications.send(
                monitor["workspace_id"],
                emails=emails,
                destinations=(),
                subject=f"The monitor of {monitor['table_name']} could not be refreshed",
                text=f"Refresh {refresh_id} of the monitor of {monitor['table_name']} failed: {message}",
                payload=_payload(monitor, refresh_id, message),
            )


def _payload(monitor: Document, refresh_id: int, message: str) -> dict[str, Any]:
    return {
        "event_type": "monitor.refresh.failed",
        "table_name": monitor["table_name"],
        "refresh_id": refresh_id,
        "message": message,
    }
