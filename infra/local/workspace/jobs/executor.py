"""Which runs are under way: starts them, makes them queue, and picks up after a crash."""

from __future__ import annotations

import threading

from infra.local.workspace.errors import ConflictError, UnavailableError
from infra.local.workspace.jobs import records
from infra.local.workspace.jobs.compute import Compute, Outcome
from infra.local.workspace.jobs.driver import CANCELED, STOPPED, Driver
from infra.local.workspace.jobs.notices import Notices
from infra.local.workspace.jobs.records import Records
from infra.local.workspace.jobs.tasks import Tasks
from infra.local.workspace.store import Document

_STOP_SECONDS = 10


class Executor:
    """All runs that have not ended."""

    def __init__(self, store: Records, tasks: Tasks, compute: Compute, notices: Notices) -> None:
        self._records = store
        self._tasks = tasks
        self._compute = compute
        self._notices = notices
        self._lock = threading.RLock()
        self._ended = threading.Condition(self._lock)
        self._drivers: dict[int, Driver] = {}
        self._stopping = False

    def start(self) -> None:
        """Mark what the last account left under way as failed, and start what queued."""
        active = self._records.active()
        waiting = [run for run in active if run["state"] == "QUEUED" and not run.get("parent")]
        for run in active:
            if run not in waiting:  # the task that waited for a queued nested run ended with the account
                records.interrupt(run)
                self._conclude(run)
        for run in waiting:
            self._start_queued(run)

    def stop(self) -> None:
        """End every run that is under way; queued ones start with the account's next start."""
        with self._lock:
            self._stopping = True
            drivers = list(self._drivers.values())
        for driver in drivers:
            driver.halt(STOPPED)
        self._compute.close()
        for driver in drivers:
            driver.join(_STOP_SECONDS)

    def submit(self, run: Document, *, queue: bool) -> None:
        """Start a new run, or let it queue or be skipped where the job has its most runs already."""
        with self._lock:
            if self._stopping:
                raise UnavailableError("The local account is being stopped.")
            if self._has_room(run):
                self._drive(run)
                return
            if queue:
                run["state"] = "QUEUED"
            else:
                limit = run["settings"]["max_concurrent_runs"]
                message = f"There are already {limit} concurrent runs of this job, the most it may have."
                result, code = "MAXIMUM_CONCURRENT_RUNS_REACHED", "MAX_CONCURRENT_RUNS_EXCEEDED"
                records.end(run, result, code, message, state="SKIPPED")
            self._conclude(run)

    def resume(self, run: Document) -> None:
        """Drive an ended run on, for its new attempts."""
        with self._lock:
            if not self._has_room(run):
                raise ConflictError(f"Job {run['job_id']} has its most concurrent runs already.")
            self._drive(run)

    def cancel(self, run: Document) -> None:
        """End a run soon; nothing happens to one that has ended."""
        with self._lock:
            driver = self._drivers.get(run["run_id"])
            current = self._records.find(run["workspace_id"], run["run_id"])
            if driver:
                driver.halt(CANCELED)
            elif current and not records.is_over(current):
                _cancel_queued(current, CANCELED)
                self._conclude(current)

    def wait(self, run: Document, seconds: float | None) -> Document | None:
        """The run as it ended; None where it has not after the seconds."""

        def ended() -> Document | None:
            current = self._records.find(run["workspace_id"], run["run_id"])
            return current if current and records.is_over(current) else None

        with self._ended:
            return self._ended.wait_for(ended, seconds)

    def _has_room(self, run: Document) -> bool:
        active = self._records.active(run["workspace_id"], run["job_id"])
        under_way = sum(other["run_id"] in self._drivers for other in active)
        return bool(under_way < run["settings"]["max_concurrent_runs"])

    def _drive(self, run: Document) -> None:
        self._tasks.fetch_wheels(run)
        driver = Driver(
            run, self._records, prepare=self._tasks.prepare, ended=self._run_ended, late=self._notices.late
        )
        self._drivers[run["run_id"]] = driver
        driver.start()
        self._notices.started(run)

    def _run_ended(self, run: Document) -> None:
        with self._lock:
            self._drivers.pop(run["run_id"], None)
            self._announce(run)
            for waiting in self._records.active(run["workspace_id"], run["job_id"]):
                if waiting["state"] == "QUEUED":
                    self._start_queued(waiting)

    def _conclude(self, run: Document) -> None:
        self._records.save(run)
        if records.is_over(run):
            self._announce(run)

    def _announce(self, run: Document) -> None:
        self._notices.ended(run)
        with self._ended:
            self._ended.notify_all()

    def _start_queued(self, run: Document) -> None:
        with self._lock:
            if not self._stopping and self._has_room(run):
                self._drive(run)


def _cancel_queued(run: Document, outcome: Outcome) -> None:
    for attempt in records.latest(run).values():
        records.end(attempt, outcome.result, outcome.code, outcome.message)
    records.end(run, outcome.result, outcome.code, outcome.message)
