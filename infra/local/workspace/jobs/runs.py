"""Runs: asked for, watched, cancelled, repaired."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.workspace.errors import ConflictError, InvalidParameterError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.jobs import graph, records
from infra.local.workspace.jobs.declarations import Declarations
from infra.local.workspace.jobs.executor import Executor
from infra.local.workspace.jobs.ports import JOBS, Permissions
from infra.local.workspace.jobs.records import Records
from infra.local.workspace.jobs.tasks import Tasks
from infra.local.workspace.store import Document, Store

_TOKEN_LENGTH = 64


class Runs:
    """The runs of all jobs, for those who may see or start them."""

    def __init__(
        self,
        store: Store,
        jobs: Declarations,
        *,
        kept: Records,
        executor: Executor,
        tasks: Tasks,
        permissions: Permissions,
    ) -> None:
        self._idempotency = store.collection("job_run_tokens")
        self._jobs = jobs
        self._records = kept
        self._executor = executor
        self._tasks = tasks
        self._permissions = permissions
        self._lock = threading.Lock()

    def run_now(
        self,
        caller: Caller,
        workspace_id: int,
        job_id: int,
        *,
        parameters: Mapping[str, str],
        token: str | None = None,
        queue: bool | None = None,
    ) -> Document:
        """A new run of a job; with an idempotency token that was used before, the run of then."""
        job = self._jobs.get(caller, workspace_id, job_id, "CAN_MANAGE_RUN")
        if token is None:
            return self._start(job, caller.name, "ONE_TIME", parameters, queue=queue)
        if len(token) > _TOKEN_LENGTH:
            raise InvalidParameterError(f"idempotency_token has over {_TOKEN_LENGTH} characters.")
        with self._lock:
            key = f"{workspace_id}/{job_id}/{token}"
            known = self._idempotency.get(key)
            if known and (run := self._records.find(workspace_id, known["run_id"])):
                return run
            run = self._start(job, caller.name, "ONE_TIME", parameters, queue=queue)
            self._idempotency.put(key, {"run_id": run["run_id"]})
            return run

    def fire(self, key: str) -> None:
        """A new run of a job whose schedule is due."""
        if job := self._jobs.fired(key):
            self._start(job, job["creator"], "PERIODIC", {}, queue=None)

    def run_nested(
        self,
        caller: Caller,
        parent: Document,
        attempt: Document,
        job_id: int,
        parameters: Mapping[str, str],
    ) -> Document:
        """A new run of a job for a task of another job's run."""
        job = self._jobs.get(caller, parent["workspace_id"], job_id, "CAN_MANAGE_RUN")
        above = {"run_id": parent["run_id"], "task_run_id": attempt["run_id"]}
        return self._start(job, caller.name, "RUN_JOB_TASK", parameters, queue=None, parent=above)

    def get(self, caller: Caller, workspace_id: int, run_id: int, level: str = "CAN_VIEW") -> Document:
        """The run with this id, or the one that a task's run with this id belongs to."""
        run = self._records.find(workspace_id, run_id)
        if run is None:
            raise InvalidParameterError(f"Run {run_id} does not exist.")
        self._permissions.require(caller, workspace_id, JOBS, str(run["job_id"]), level)
        return run

    def all(self, caller: Caller, workspace_id: int, job_id: int | None) -> list[Document]:
        """Runs of a job, or of all that the caller may see, newest first."""
        if job_id is not None:
            self._jobs.get(caller, workspace_id, job_id)
        visible: dict[int, bool] = {}
        found = []
        for run in self._records.all(workspace_id, job_id):
            job = run["job_id"]
            if job not in visible:
                visible[job] = self._permissions.allows(caller, workspace_id, JOBS, str(job), "CAN_VIEW")
            if visible[job]:
                found.append(run)
        return found

    def log_path(self, run: Mapping[str, Any], attempt: Mapping[str, Any]) -> Path:
        """Where an attempt's output is kept."""
        return self._tasks.log_path(run, attempt)

    def cancel(self, caller: Caller, workspace_id: int, run_id: int) -> None:
        """End a run soon."""
        self._executor.cancel(self.get(caller, workspace_id, run_id, "CAN_MANAGE_RUN"))

    def cancel_all(self, caller: Caller, workspace_id: int, job_id: int, *, queued_only: bool) -> None:
        """End all runs of a job soon."""
        self._permissions.require(caller, workspace_id, JOBS, str(job_id), "CAN_MANAGE_RUN")
        for run in self._records.active(workspace_id, job_id):
            if not queued_only or run["state"] == "QUEUED":
                self._executor.cancel(run)

    def repair(
        self, caller: Caller, workspace_id: int, run_id: int, keys: list[str] | None, *, dependents: bool,
        parameters: Mapping[str, str], latest_repair_id: int | None,
    ) -> int:  # fmt: skip
        """Run tasks of an ended run again, with the job's settings of now; returns the repair's id.

        `keys` None: all that did not succeed; with `dependents`, all that need these as well.
        """
        run = self.get(caller, workspace_id, run_id, "CAN_MANAGE_RUN")
        job = self._jobs.get(caller, workspace_id, run["job_id"], "CAN_MANAGE_RUN")
        with self._lock:
            run = self._records.find(workspace_id, run_id) or run
            _check_repairable(run, latest_repair_id)
            chosen = _chosen(run, job["settings"]["tasks"], keys, dependents=dependents)
            run |= {"settings": job["settings"], "principal_id": job["principal_id"]}
            run["overrides"] = {**run["overrides"], **parameters}
            run["parameters"] = _parameters(job["settings"], run["overrides"])
            repair: Document = {"id": self._records.next_id(), "start_time": records.now()}
            run["repairs"].append(repair)
            repair["task_run_ids"] = [self._records.add_attempt(run, key)["run_id"] for key in chosen]
            self._executor.resume(run)
            return int(repair["id"])

    def _start(
        self, job: Document, creator: str, trigger: str, overrides: Mapping[str, str], *,
        queue: bool | None, parent: Document | None = None,
    ) -> Document:  # fmt: skip
        settings = job["settings"]
        run: Document = {
            "run_id": self._records.next_id(),
            "job_id": job["job_id"],
            "workspace_id": job["workspace_id"],
            "run_name": settings["name"],
            "creator": creator,
            "principal_id": job["principal_id"],
            "trigger": trigger,
            "parent": parent,
            "settings": settings,
            "parameters": _parameters(settings, overrides),
            "overrides": dict(overrides),
            "wheels": {},
            "attempts": [],
            "repairs": [],
            "state": "PENDING",
            "result": None,
            "code": None,
            "message": "",
            "created_time": records.now(),
            "start_time": 0,
            "end_time": 0,
        }
        for task in settings["tasks"]:
            self._records.add_attempt(run, task["task_key"])
        self._executor.submit(run, queue=settings["queue"]["enabled"] if queue is None else queue)
        return run


def _parameters(settings: Mapping[str, Any], overrides: Mapping[str, str]) -> dict[str, str]:
    """A run's parameters; as on Databricks, one that the job does not declare is one more."""
    for name, value in overrides.items():
        if not isinstance(value, str):
            raise InvalidParameterError(f"Job parameter {name} must be a string.")
    defaults = {item["name"]: item["default"] for item in settings.get("parameters") or []}
    return {**defaults, **overrides}


def _check_repairable(run: Mapping[str, Any], latest_repair_id: int | None) -> None:
    if not records.is_over(run):
        raise ConflictError(f"Run {run['run_id']} is not terminated; only ended runs can be repaired.")
    if run["state"] == "SKIPPED":
        raise InvalidParameterError(f"Run {run['run_id']} was skipped and can't be repaired.")
    if run["repairs"] and latest_repair_id != run["repairs"][-1]["id"]:
        raise InvalidParameterError(f"latest_repair_id must be {run['repairs'][-1]['id']}.")


def _chosen(
    run: Mapping[str, Any], tasks: list[dict[str, Any]], keys: list[str] | None, *, dependents: bool
) -> list[str]:
    known = [task["task_key"] for task in tasks]
    attempts = records.latest(run)
    failed = [key for key in known if key not in attempts or attempts[key]["result"] not in graph.FINE]
    chosen = set(failed if keys is None else keys)
    if unknown := chosen - set(known):
        raise InvalidParameterError(f"The job has no task {', '.join(sorted(unknown))}.")
    if not chosen:
        raise InvalidParameterError(f"Run {run['run_id']} has no task that failed.")
    grown = dependents
    while grown:
        more = {task["task_key"] for task in tasks if chosen & set(graph.dependencies(task))} - chosen
        chosen |= more
        grown = bool(more)
    return [key for key in known if key in chosen]
