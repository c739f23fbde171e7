"""Drives one run: starts tasks as what they need is done, retries, ends them, concludes.

A driver is one thread that alone writes its run's document; everything else reaches it as an
event. Each task under way has a thread of its own that waits for the task's process.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from infra.local.workspace.jobs import graph, health, records
from infra.local.workspace.jobs.compute import Outcome, Stop
from infra.local.workspace.jobs.records import Records
from infra.local.workspace.jobs.settings import task_of
from infra.local.workspace.store import Document

_log = logging.getLogger(__name__)

Work = Callable[[Stop], Outcome]
Event = Callable[[], None]

CANCELED = Outcome("CANCELED", "USER_CANCELED", "Run cancelled.", error="Run cancelled.")
TIMED_OUT = Outcome("TIMEDOUT", "CANCELED", "Run timed out.", error="Run timed out.")
STOPPED = Outcome("FAILED", "INTERNAL_ERROR", records.STOPPED_MESSAGE, error=records.STOPPED_MESSAGE)
_PLATFORM_CODES = frozenset({"INTERNAL_ERROR", "LIBRARY_INSTALLATION_ERROR"})


class Driver:
    """One run under way.

    `prepare(run, attempt)` gives what a task does, or at once the outcome of one that needs no process.
    """

    def __init__(
        self,
        run: Document,
        store: Records,
        *,
        prepare: Callable[[Document, Document], Work | Outcome],
        ended: Callable[[Document], None],
        late: Callable[[Document], None],
    ) -> None:
        self._run = run
        self._records = store
        self._prepare = prepare
        self._ended = ended
        self._late = late
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._stops: dict[str, Stop] = {}
        self._retry_at: dict[str, float] = {}
        self._halted: Outcome | None = None
        self._deadline = _deadline(run["settings"]["timeout_seconds"])
        self._late_at = _deadline(health.longest_seconds(run["settings"]))
        self._thread = threading.Thread(target=self._drive, name=f"run {run['run_id']}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._run |= {"state": "RUNNING", "result": None, "code": None, "message": "", "end_time": 0}
        self._run["start_time"] = self._run["start_time"] or records.now()
        self._records.save(self._run)
        self._thread.start()

    def halt(self, outcome: Outcome) -> None:
        """End the run early; what runs is killed, what waits is never started."""
        self._events.put(lambda: self._halt(outcome))

    def join(self, seconds: float) -> None:
        """Return when the run has ended, or the seconds have passed."""
        self._thread.join(seconds)

    def _drive(self) -> None:
        try:
            while self._advance():
                self._next_event()()
                self._records.save(self._run)
        except Exception as error:
            _log.exception("run %s can't go on", self._run["run_id"])
            records.end(self._run, "FAILED", "INTERNAL_ERROR", repr(error), state="INTERNAL_ERROR")
        else:
            self._conclude()
        self._records.save(self._run)
        self._ended(self._run)

    def _advance(self) -> bool:
        """Start or leave out every task that can be; False when nothing is left to wait for."""
        for key, due in list(self._retry_at.items()):
            if due <= time.monotonic():
                del self._retry_at[key]
                self._launch(records.latest(self._run)[key])
        moved = True
        while moved:
            moved = False
            for attempt in records.latest(self._run).values():
                moved |= attempt["state"] == "BLOCKED" and self._unblock(attempt)
        self._records.save(self._run)
        return bool(self._stops or self._retry_at)

    def _unblock(self, attempt: Document) -> bool:
        attempts = records.latest(self._run)
        results = {key: found["result"] for key, found in attempts.items()}
        outcomes = {key: found["outcome"] for key, found in attempts.items() if found.get("outcome")}
        verdict = graph.decide(task_of(self._run["settings"], attempt["task_key"]), results, outcomes)
        if verdict == "wait":
            return False
        if verdict == "run":
            self._launch(attempt)
        else:
            message = (
                "An upstream task failed." if verdict != "EXCLUDED" else "The task's condition was not met."
            )
            records.end(attempt, verdict, "SKIPPED", message, state="SKIPPED")
        return True

    def _launch(self, attempt: Document) -> None:
        attempt["state"] = "RUNNING"
        attempt["start_time"] = records.now()
        work = self._prepare(self._run, attempt)
        if isinstance(work, Outcome):
            self._end_attempt(attempt, work)
            return
        attempt["execution_time"] = records.now()
        stop = self._stops[attempt["task_key"]] = Stop()
        name = f"task {attempt['task_key']} {attempt['run_id']}"
        threading.Thread(target=self._perform, args=(attempt, work, stop), name=name, daemon=True).start()

    def _perform(self, attempt: Document, work: Work, stop: Stop) -> None:
        try:
            outcome = work(stop)
        except Exception as error:
            _log.exception("task %s can't run", attempt["task_key"])
            outcome = Outcome("FAILED", "INTERNAL_ERROR", repr(error), error=repr(error))
        self._events.put(lambda: self._finish(attempt, outcome))

    def _finish(self, attempt: Document, outcome: Outcome) -> None:
        del self._stops[attempt["task_key"]]
        self._end_attempt(attempt, outcome)

    def _end_attempt(self, attempt: Document, outcome: Outcome) -> None:
        failed_platform = outcome.result == "FAILED" and outcome.code in _PLATFORM_CODES
        state = "INTERNAL_ERROR" if failed_platform else "TERMINATED"
        records.end(attempt, outcome.result, outcome.code, outcome.message, state=state)
        attempt["error"], attempt["trace"] = outcome.error, outcome.trace
        attempt["values"], attempt["outcome"] = dict(outcome.values), outcome.outcome
        if self._may_retry(attempt):
            task = task_of(self._run["settings"], attempt["task_key"])
            self._records.add_attempt(self._run, attempt["task_key"], state="WAITING_FOR_RETRY")
            wait = task.get("min_retry_interval_millis", 0) / 1000
            self._retry_at[attempt["task_key"]] = time.monotonic() + wait

    def _may_retry(self, attempt: Document) -> bool:
        task = task_of(self._run["settings"], attempt["task_key"])
        failed = attempt["result"] == "FAILED" and attempt["code"] != "INVALID_RUN_CONFIGURATION"
        timed_out = attempt["result"] == "TIMEDOUT" and task.get("retry_on_timeout", False)
        if self._halted or not (failed or timed_out):
            return False
        allowed = task.get("max_retries", 0)
        made = sum(
            other["task_key"] == attempt["task_key"] and other["repair"] == attempt["repair"]
            for other in self._run["attempts"]
        )
        return bool(allowed < 0 or made <= allowed)

    def _next_event(self) -> Event:
        limits = [limit for limit in (self._deadline, self._late_at) if limit is not None]
        times = [*self._retry_at.values(), *limits]
        wait = max(0.0, min(times) - time.monotonic()) if times else None
        try:
            return self._events.get(timeout=wait)
        except queue.Empty:
            return self._expired()

    def _expired(self) -> Event:
        """What is to be done of what was waited for and no event came before."""
        now = time.monotonic()
        if self._deadline is not None and self._deadline <= now:
            return lambda: self._halt(TIMED_OUT)
        if self._late_at is not None and self._late_at <= now:
            self._late_at = None
            return lambda: self._late(self._run)
        return lambda: None

    def _halt(self, outcome: Outcome) -> None:
        self._deadline = None
        self._halted = self._halted or outcome
        self._retry_at.clear()
        for stop in self._stops.values():
            stop.request(outcome)
        for attempt in records.latest(self._run).values():
            if attempt["state"] in {"BLOCKED", "WAITING_FOR_RETRY"}:
                records.end(attempt, "CANCELED", "CANCELED", outcome.message)

    def _conclude(self) -> None:
        if self._halted:
            state = "INTERNAL_ERROR" if self._halted.result == "FAILED" else "TERMINATED"
            records.end(self._run, self._halted.result, self._halted.code, self._halted.message, state=state)
            return
        attempts = records.latest(self._run)
        results: dict[str, Any] = {key: attempt["result"] for key, attempt in attempts.items()}
        result = graph.conclude(self._run["settings"]["tasks"], results)
        if result == "FAILED":
            message = _failure(attempts)
            records.end(self._run, result, "RUN_EXECUTION_ERROR", message, state="INTERNAL_ERROR")
        else:
            records.end(self._run, result, result)


def _failure(attempts: dict[str, Document]) -> str:
    """What the API says of a failed run: its first failed task."""
    skipped = any(attempt["result"] == "UPSTREAM_FAILED" for attempt in attempts.values())
    tail = " This caused all downstream tasks to get skipped." if skipped else ""
    for key, attempt in attempts.items():
        if attempt["result"] in {"FAILED", "TIMEDOUT", "CANCELED"}:
            return f"Task {key} failed with message: {attempt['message'].rstrip('.')}.{tail}"
    return "A task failed."


def _deadline(timeout_seconds: int) -> float | None:
    return time.monotonic() + timeout_seconds if timeout_seconds else None
