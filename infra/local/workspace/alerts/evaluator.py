"""Evaluates alerts: asks the warehouse, notes the state, and tells subscribers what has changed."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from infra.local.workspace.alerts import messages
from infra.local.workspace.alerts.condition import ConditionError, Verdict, judge, statement
from infra.local.workspace.alerts.fields import subscribers
from infra.local.workspace.alerts.messages import Firing
from infra.local.workspace.alerts.principals import RunAs
from infra.local.workspace.errors import ApiError
from infra.local.workspace.notifications.model import Notifications
from infra.local.workspace.scheduling.clock import Clock
from infra.local.workspace.sql.model import Sql
from infra.local.workspace.sql.parameters import read_parameters
from infra.local.workspace.sql.statement import Question
from infra.local.workspace.store import Document, Store

_log = logging.getLogger(__name__)
_THREADS = 4
_POLL_SECONDS = 0.1
_LONGEST_SECONDS = 600


class QueryError(Exception):
    """The warehouse has no answer; the message is its own."""


class StoppedError(Exception):
    """The account is being stopped: nothing was found out."""


class Evaluator:
    """Evaluates one alert once at a time, each as its own principal."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        sql: Sql,
        notifications: Notifications,
        run_as: RunAs,
        find_folder: Callable[[Document], Document | None],
        workspace_url: Callable[[int], str],
    ) -> None:
        self._store = store
        self._alerts = store.collection("alerts")
        self._clock = clock
        self._sql = sql
        self._notifications = notifications
        self._run_as = run_as
        self._find_folder = find_folder
        self._workspace_url = workspace_url
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="alert")
        self._under_way: set[str] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def submit(self, key: str) -> None:
        """Evaluate an alert soon; nothing more where that is under way already."""
        with self._lock:
            if key in self._under_way or self._stopped.is_set():
                return
            self._under_way.add(key)
        self._threads.submit(self._evaluate, key)

    def stop(self) -> None:
        """Give up what is under way."""
        self._stopped.set()
        self._threads.shutdown(cancel_futures=True)

    def _evaluate(self, key: str) -> None:
        try:
            if document := self._alerts.get(key):
                at = self._clock.now()
                self._note(key, self._verdict(document), at)
        except StoppedError:
            return
        except Exception:
            _log.exception("alert %s can't be evaluated", key)
        finally:
            with self._lock:
                self._under_way.discard(key)

    def _verdict(self, document: Document) -> Verdict:
        evaluation = document["alert"]["evaluation"]
        try:
            return judge(self._ask(document), evaluation)
        except (ApiError, QueryError, ConditionError) as error:
            _log.warning("Alert %s: %s", document["alert"]["display_name"], error)
            return Verdict("ERROR", error=str(error))

    def _ask(self, document: Document) -> pa.Table:
        alert, workspace_id = document["alert"], document["workspace_id"]
        caller = self._run_as.caller(document["run_as_id"], workspace_id)
        if caller is None:
            raise QueryError("Whom the alert runs as is gone, inactive or not assigned to this workspace.")
        question = Question(
            sql=statement(alert["query_text"], alert["evaluation"]),
            parameters=read_parameters(alert.get("parameters") or []),
            row_limit=1,
        )
        asked = self._sql.statements.submit(caller, workspace_id, alert["warehouse_id"], question)
        left: float = _LONGEST_SECONDS
        while not asked.wait(_POLL_SECONDS):
            left -= _POLL_SECONDS
            if left <= 0 or self._stopped.is_set():
                self._sql.statements.cancel(caller, workspace_id, asked.id)
        if self._stopped.is_set() and asked.state != "SUCCEEDED":
            raise StoppedError
        if asked.state == "CANCELED":
            raise QueryError(f"The query took over {_LONGEST_SECONDS} seconds.")
        if asked.error:
            raise QueryError(asked.error["message"])
        return asked.rows

    def _note(self, key: str, verdict: Verdict, at: float) -> None:
        """Keep what was found, and what is to be told of it, both or neither."""
        with self._store.transaction():
            document = self._alerts.get(key)
            if document is None or document["lifecycle_state"] != "ACTIVE":
                return
            before = document["state"]
            document |= {"state": verdict.state, "evaluated_at": at}
            if _is_news(document, before, at):
                document |= {"told": verdict.state, "told_at": at}
                self._tell(document, verdict, before, at)
            self._alerts.put(key, document)

    def _tell(self, document: Document, verdict: Verdict, before: str, at: float) -> None:
        folder = self._find_folder(document)
        firing = Firing(
            id=str(uuid.uuid4()),
            verdict=verdict,
            before=before,
            at=at,
            run_as=self._run_as.label(document["run_as_id"]),
            owner=self._run_as.owner(document["owner_id"]),
            folder_id=folder["object_id"] if folder else None,
            workspace_url=self._workspace_url(document["workspace_id"]),
        )
        emails, destinations = subscribers(document["alert"])
        self._notifications.send(
            document["workspace_id"],
            emails=emails,
            destinations=destinations,
            subject=messages.subject(document, firing),
            text=messages.text(document, firing),
            payload=messages.payload(document, firing),
        )


def _is_news(document: Document, before: str, at: float) -> bool:
    """Whether subscribers want to know of the state that an alert has now.

    A trigger, when it is new or when the alert repeats it; an error, when it is new; that all is well
    again, where the alert says so, after a trigger.
    """
    notification = document["alert"]["evaluation"].get("notification") or {}
    state = document["state"]
    if state == "OK":
        return bool(notification.get("notify_on_ok") and document["told"] not in {None, "OK"})
    if state not in {"TRIGGERED", "ERROR"}:
        return False
    again = notification.get("retrigger_seconds", 0) if state == "TRIGGERED" else 0
    return bool(before != state or (again and at - document["told_at"] >= again))
