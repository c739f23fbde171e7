"""Run Job tasks: a task that is a run of another job, with that job's own principal."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.jobs.compute import Outcome, Stop, timed_out
from infra.local.workspace.jobs.driver import Work
from infra.local.workspace.jobs.executor import Executor
from infra.local.workspace.jobs.records import Records
from infra.local.workspace.jobs.runs import Runs
from infra.local.workspace.store import Document

_MOST_NESTED = 3


class NestedRuns:
    """Starts the runs of Run Job tasks and waits for them."""

    def __init__(self, store: Records, runs: Runs, executor: Executor) -> None:
        self._records = store
        self._runs = runs
        self._executor = executor

    def start(
        self, caller: Caller, run: Document, attempt: Document, task: Mapping[str, Any], values: Document
    ) -> Work:
        """Start the other job's run with these job parameters; returns what waits for its end.

        The caller, as whom the task's own job runs, must be allowed to run the other job.
        """
        job_id = task["run_job_task"]["job_id"]
        self._refuse_nesting(run, job_id)
        child = self._runs.run_nested(caller, run, attempt, job_id, values)
        attempt["nested_run_id"] = child["run_id"]
        return functools.partial(self._wait, child, task["timeout_seconds"])

    def _refuse_nesting(self, run: Document, job_id: int) -> None:
        """As Databricks documents: no circles, and at most three Run Job tasks below each other."""
        above = [run["job_id"]]
        while parent := run.get("parent"):
            found = self._records.find(run["workspace_id"], parent["run_id"])
            if found is None:
                break
            run = found
            above.append(run["job_id"])
        if job_id in above:
            raise InvalidParameterError(f"Job {job_id} would run itself.")
        if len(above) > _MOST_NESTED:
            raise InvalidParameterError(f"Over {_MOST_NESTED} Run Job tasks are below each other.")

    def _wait(self, child: Document, timeout_seconds: int, stop: Stop) -> Outcome:
        stop.attach(_Cancellable(self._executor, child))
        ended = self._executor.wait(child, timeout_seconds or None)
        if ended is None:
            stop.request(timed_out(timeout_seconds))
            ended = self._executor.wait(child, None)
        if ended is None or ended["result"] in {"SUCCESS", "SUCCESS_WITH_FAILURES"}:
            return Outcome("SUCCESS", "SUCCESS")
        message = f"Run {child['run_id']} of job {child['run_name']} {_spell(ended)}"
        result = ended["result"] if ended["result"] in {"CANCELED", "TIMEDOUT"} else "FAILED"
        return stop.outcome or Outcome(result, "RUN_EXECUTION_ERROR", message, error=message)


class _Cancellable:
    """A run in the place of a task's process."""

    def __init__(self, executor: Executor, run: Document) -> None:
        self._executor = executor
        self._run = run

    def kill(self) -> None:
        """End it soon."""
        self._executor.cancel(self._run)


def _spell(run: Mapping[str, Any]) -> str:
    result = str(run["result"]).lower().replace("_", " ")
    return f"ended as {result}: {run['message']}" if run["message"] else f"ended as {result}"
