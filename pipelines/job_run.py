"""A run of a deployed job, started and followed by a person or by CI."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.jobs import RunLifeCycleState, RunResultState

from pipelines.errors import PipelineError
from pipelines.progress import say

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.service.jobs import Run, RunOutput, RunTask

POLL_SECONDS = 2.0
_OVER = {RunLifeCycleState.TERMINATED, RunLifeCycleState.SKIPPED, RunLifeCycleState.INTERNAL_ERROR}


def run_job(
    workspace: "WorkspaceClient",
    name: str,
    parameters: Mapping[str, str],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Run a job to its end, and tell what each of its tasks does meanwhile.

    Raises PipelineError when there is no such job, it can't be started, or it doesn't succeed.
    """
    try:
        job_id = _find(workspace, name)
        started = workspace.jobs.run_now(job_id, job_parameters=dict(parameters) or None)
        run_id = int(started.bind()["run_id"])
        say(f"{name}: run {run_id}")
        run = _follow(workspace, run_id, sleep)
        result = run.state.result_state if run.state else None
        if result != RunResultState.SUCCESS:
            raise PipelineError(f"{name}: run {run_id} {_explain(workspace, run)}")
    except DatabricksError as error:
        raise PipelineError(f"{name}: {_first_line(error)}") from error
    say(f"{name}: run {run_id} succeeded")


def _find(workspace: "WorkspaceClient", name: str) -> int:
    ids = [job.job_id for job in workspace.jobs.list(name=name) if job.job_id]
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise PipelineError(f"{len(ids)} jobs are named {name}: {', '.join(map(str, ids))}")
    known = sorted(job.settings.name for job in workspace.jobs.list() if job.settings and job.settings.name)
    raise PipelineError(f"there is no job {name} (yours to see: {', '.join(known) or 'none'})")


def _follow(workspace: "WorkspaceClient", run_id: int, sleep: Callable[[float], None]) -> "Run":
    """Return the run once it is over."""
    told: dict[tuple[str, int], str] = {}  # what was said of each task's attempt
    while True:
        run = workspace.jobs.get_run(run_id)
        for task in sorted(run.tasks or [], key=lambda task: task.start_time or 0):
            key, now = (task.task_key, task.attempt_number or 0), _describe(task)
            if now and told.get(key) != now:
                told[key] = now
                say(f"{task.task_key}: {now}" + (f" (attempt {key[1] + 1})" if key[1] else ""))
        if run.state and run.state.life_cycle_state in _OVER:
            return run
        sleep(POLL_SECONDS)


def _describe(task: "RunTask") -> str:
    """Return what a task does, empty while it waits."""
    state = task.state
    if state is None or not task.start_time:
        return ""
    if state.result_state is None:
        return "running"
    seconds = ((task.end_time or task.start_time) - task.start_time) / 1000
    return f"{state.result_state.value.lower()}  {seconds:.0f} s"


def _explain(workspace: "WorkspaceClient", run: "Run") -> str:
    """Return how a run ended, in the words of the task that failed last."""
    result = run.state.result_state.value.lower() if run.state and run.state.result_state else "was skipped"
    failed = [
        task for task in run.tasks or [] if task.state and task.state.result_state == RunResultState.FAILED
    ]
    for task in sorted(failed, key=lambda task: -(task.end_time or 0)):
        words = _find_words(workspace.jobs.get_run_output(task.run_id)) if task.run_id else ""
        if words:
            return f"{result}: {task.task_key}: {words.removeprefix(f'{task.task_key}: ')}"
    message = run.state.state_message if run.state else None
    return f"{result}: {message}" if message else result


def _find_words(output: "RunOutput") -> str:
    """Return why a task failed: a step that ends itself with a status has said so in its log's last line."""
    lines = (output.logs or "").strip().splitlines()
    error = output.error or ""
    return lines[-1] if error.startswith("SystemExit") and lines else error and _first_line(error)


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
