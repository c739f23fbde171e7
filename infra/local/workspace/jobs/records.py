"""What is remembered of runs: one document a run, with every attempt of its tasks.

A run: `run_id`, `job_id`, `workspace_id`, `run_name`, `creator`, `principal_id` (it runs as),
`trigger`, `parent` (of a Run Job task's run: that task's ids), `settings` (the job's when it was
asked for), `parameters`, `overrides`, `wheels`, `attempts`, `repairs`, times in milliseconds. An
attempt: `task_key`, its own `run_id`, `attempt_number`, `repair`, `values`, `outcome`, `resolved`,
`nested_run_id`. Both have `state` (the API's life cycle state), `result`, `code` (the
termination's) and `message`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from infra.local.workspace.store import Document, Store

OVER = frozenset({"TERMINATED", "SKIPPED", "INTERNAL_ERROR"})
STOPPED_MESSAGE = "The local account was stopped."
_FIRST_ID = 100_000_000_000


def now() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)


def is_over(document: Mapping[str, Any]) -> bool:
    """Whether a run or an attempt has ended."""
    return document["state"] in OVER


def latest(run: Mapping[str, Any]) -> dict[str, Document]:
    """The last attempt of every task, by the task's key."""
    return {attempt["task_key"]: attempt for attempt in run["attempts"]}


def end(document: Document, result: str, code: str, message: str = "", *, state: str = "") -> None:
    """Note that a run or an attempt has ended; failures of the platform are INTERNAL_ERROR."""
    document["state"] = state or "TERMINATED"
    document["result"], document["code"], document["message"] = result, code, message
    document["end_time"] = now()


def interrupt(run: Document) -> None:
    """Note that the account ended while a run was under way."""
    for attempt in latest(run).values():
        if attempt["state"] == "RUNNING":
            end(attempt, "FAILED", "INTERNAL_ERROR", STOPPED_MESSAGE, state="INTERNAL_ERROR")
            attempt["error"] = STOPPED_MESSAGE
        elif not is_over(attempt):
            end(attempt, "CANCELED", "CANCELED", STOPPED_MESSAGE)
    end(run, "FAILED", "INTERNAL_ERROR", STOPPED_MESSAGE, state="INTERNAL_ERROR")


class Records:
    """The runs of all jobs, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs = store.collection("job_runs")
        self._places = store.collection("job_run_places")
        self._active = store.collection("job_runs_active")

    def next_id(self) -> int:
        """An id for a job, a run or a task's run; never given twice."""
        return _FIRST_ID + self._store.next_number("jobs")

    def add_attempt(self, run: Document, key: str, *, state: str = "BLOCKED") -> Document:
        """A new attempt of a task; saved with its run."""
        before = latest(run).get(key)
        attempt: Document = {
            "task_key": key,
            "run_id": self.next_id(),
            "attempt_number": before["attempt_number"] + 1 if before else 0,
            "repair": len(run["repairs"]),
            "state": state,
            "result": None,
            "code": None,
            "message": "",
            "start_time": 0,
            "execution_time": 0,
            "end_time": 0,
            "values": {},
        }
        run["attempts"].append(attempt)
        return attempt

    def save(self, run: Document) -> None:
        """Keep a run as it is now."""
        key = _key(run)
        with self._store.transaction():
            self._runs.put(key, run)
            for run_id in (run["run_id"], *(attempt["run_id"] for attempt in run["attempts"])):
                self._places.put(str(run_id), {"key": key})
            if is_over(run):
                self._active.delete(key)
            else:
                self._active.put(key, {"state": run["state"]})

    def find(self, workspace_id: int, run_id: int) -> Document | None:
        """The run that has this id, or a task's run with it; None where the workspace has none."""
        place = self._places.get(str(run_id))
        if place is None or not place["key"].startswith(f"{workspace_id}/"):
            return None
        return self._runs.get(place["key"])

    def all(self, workspace_id: int, job_id: int | None) -> list[Document]:
        """Runs of a job, or of the whole workspace, newest first."""
        prefix = f"{workspace_id}/" if job_id is None else f"{workspace_id}/{job_id}/"
        return sorted(self._runs.all(prefix), key=lambda run: -run["run_id"])

    def active(self, workspace_id: int | None = None, job_id: int | None = None) -> list[Document]:
        """Runs that have not ended, oldest first: of a job, of a workspace, or of all."""
        prefix = "" if workspace_id is None else f"{workspace_id}/"
        prefix += "" if job_id is None else f"{job_id}/"
        found = [self._runs.get(key) for key, _ in self._active.items(prefix)]
        return sorted((run for run in found if run), key=lambda run: run["run_id"])


def _key(run: Mapping[str, Any]) -> str:
    return f"{run['workspace_id']}/{run['job_id']}/{run['run_id']}"
