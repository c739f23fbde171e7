"""Runs prod's deployed jobs, in the order in which data flows, and tells what each task did."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from databricks.sdk import WorkspaceClient
from databricks.sdk.service import jobs

_POLL_SECONDS = 0.5


class RunFailedError(Exception):
    """A job's run did not succeed; the message names task, error and the end of its log."""


@dataclass(frozen=True)
class TaskResult:
    """One task of a finished run."""

    task: str
    seconds: float


@dataclass(frozen=True)
class JobResult:
    """A job's newest successful run; `ran` tells whether it ran just now."""

    job: str
    run_id: int
    tasks: list[TaskResult]
    ran: bool

    @property
    def seconds(self) -> float:
        """What the tasks took together."""
        return sum(task.seconds for task in self.tasks)


class Runs:
    """The jobs of one workspace, as a caller who may run them sees them."""

    def __init__(self, client: WorkspaceClient, report: Callable[[str], None]) -> None:
        self._client = client
        self._report = report

    def bring_up_to_date(self, *stages: str, again: bool) -> list[JobResult]:
        """Run the job of each stage that has no successful run yet, or, with `again`, of every stage.

        Once one job had to run, those after it run too: they read what it wrote.
        """
        results = []
        for name, job_id in self._jobs_in_order(stages):
            run = None if again else self._newest_success(job_id)
            ran = again = run is None
            results.append(self._result(name, run or self._run(name, job_id), ran=ran))
        return results

    def _jobs_in_order(self, stages: Sequence[str]) -> list[tuple[str, int]]:
        found = [
            (job.settings.name or "", job.job_id or 0) for job in self._client.jobs.list() if job.settings
        ]
        ordered = [(stage, entry) for stage in stages for entry in found if entry[0].endswith(f"-{stage}")]
        return [entry for _, entry in ordered]

    def _newest_success(self, job_id: int) -> jobs.Run | None:
        for run in self._client.jobs.list_runs(job_id=job_id, completed_only=True):
            if run.state and run.state.result_state == jobs.RunResultState.SUCCESS:
                return self._client.jobs.get_run(run.run_id or 0)
        return None

    def _run(self, name: str, job_id: int) -> jobs.Run:
        run_id = int(self._client.jobs.run_now(job_id).bind()["run_id"])
        started: set[str] = set()
        while True:
            run = self._client.jobs.get_run(run_id)
            for task in run.tasks or []:
                if task.start_time and task.task_key not in started:
                    started.add(task.task_key)
                    self._report(f"{name}: {task.task_key} …")
            if run.state and run.state.result_state:
                break
            time.sleep(_POLL_SECONDS)
        if run.state.result_state != jobs.RunResultState.SUCCESS:
            raise RunFailedError(self._explain(name, run))
        return run

    def _explain(self, name: str, run: jobs.Run) -> str:
        for task in run.tasks or []:
            if task.state and task.state.result_state == jobs.RunResultState.FAILED:
                output = self._client.jobs.get_run_output(task.run_id or 0)
                log = "\n".join((output.logs or output.error_trace or "").splitlines()[-15:])
                return f"{name}: task {task.task_key} failed: {output.error}\n{log}"
        message = run.state.state_message if run.state else "its state is unknown"
        return f"{name}: run {run.run_id} did not succeed: {message}"

    def _result(self, name: str, run: jobs.Run, *, ran: bool) -> JobResult:
        tasks = [
            TaskResult(task.task_key, ((task.end_time or 0) - (task.start_time or 0)) / 1000)
            for task in sorted(run.tasks or [], key=lambda task: task.start_time or 0)
        ]
        return JobResult(name, run.run_id or 0, tasks, ran)
