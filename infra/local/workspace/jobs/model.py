"""Jobs as a service: its parts wired, started and stopped together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.jobs.compute import Compute
from infra.local.workspace.jobs.declarations import Declarations
from infra.local.workspace.jobs.driver import Work
from infra.local.workspace.jobs.executor import Executor
from infra.local.workspace.jobs.nested import NestedRuns
from infra.local.workspace.jobs.notices import Notices
from infra.local.workspace.jobs.output import pick_attempt
from infra.local.workspace.jobs.ports import (
    BudgetPolicies,
    Notifications,
    Permissions,
    RuleSets,
    SparkConnect,
    Volumes,
)
from infra.local.workspace.jobs.records import Records
from infra.local.workspace.jobs.runs import Runs
from infra.local.workspace.jobs.tasks import Tasks
from infra.local.workspace.jobs.wheels import Wheels
from infra.local.workspace.scheduling.agenda import Due
from infra.local.workspace.scheduling.clock import Clock
from infra.local.workspace.scheduling.scheduler import Scheduler
from infra.local.workspace.store import Document, Store


class Jobs:
    """The jobs of all workspaces: `declared` and their `runs`, kept in the store and `<folder>/runs`."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        directory: Directory,
        tokens: Tokens,
        permissions: Permissions,
        rule_sets: RuleSets,
        budget_policies: BudgetPolicies,
        volumes: Volumes,
        engine: SparkConnect,
        notifications: Notifications,
        workspace_url: Callable[[int], str],
        clock: Clock,
    ) -> None:
        runs_folder = folder / "runs"
        self._records = Records(store)
        notices = Notices(notifications, directory, workspace_url)
        wheels = Wheels(runs_folder / "wheels")
        compute = Compute(runs_folder, tokens, wheels=wheels, engine=engine, workspace_url=workspace_url)
        self._tasks = Tasks(
            runs_folder,
            directory,
            wheels=wheels,
            volumes=volumes,
            compute=compute,
            workspace_url=workspace_url,
            start_nested=self._start_nested,
        )
        self._executor = Executor(self._records, self._tasks, compute, notices)
        self._scheduler = Scheduler(clock, self._fire, fired=store.collection("jobs_fired"))
        self.declared = Declarations(
            store,
            directory,
            ids=self._records,
            permissions=permissions,
            rule_sets=rule_sets,
            budget_policies=budget_policies,
            scheduler=self._scheduler,
            notices=notices,
        )
        self.runs = Runs(
            store,
            self.declared,
            kept=self._records,
            executor=self._executor,
            tasks=self._tasks,
            permissions=permissions,
        )
        self._nested = NestedRuns(self._records, self.runs, self._executor)

    def start(self) -> None:
        """Mark runs that a dead account left behind, start those that queued, heed schedules."""
        self._executor.start()
        self._scheduler.start(self.declared.triggers())

    def stop(self) -> None:
        """End what runs; start nothing more."""
        self._scheduler.stop()
        self._executor.stop()

    def _fire(self, key: str) -> None:
        self.runs.fire(key)

    def _start_nested(
        self, caller: Caller, run: Document, attempt: Document, task: Mapping[str, Any], values: Document
    ) -> Work:
        return self._nested.start(caller, run, attempt, task, values)

    def due(self) -> list[Due]:
        """The jobs that a schedule runs, and when it does next."""
        found = []
        for key, at in self._scheduler.due().items():
            if job := self.declared.fired(key):
                what = f"job {job['job_id']} {job['settings']['name']}"
                found.append(Due(what, job["workspace_id"], at))
        return found

    def close_workspace(self, workspace_id: int) -> None:
        """End the runs of a workspace that is deleted, and forget its jobs."""
        self.declared.forget_workspace(workspace_id)
        for run in self._records.active(workspace_id):
            self._executor.cancel(run)

    def log_path(self, workspace_id: int, run_id: int) -> Path:
        """Where the output of a task's run is kept (also by the id of a run with one task run)."""
        run = self._records.find(workspace_id, run_id)
        if run is None:
            raise InvalidParameterError(f"Run {run_id} does not exist.")
        return self._tasks.log_path(run, pick_attempt(run, run_id))
