"""How often a project's jobs ran and failed, and how long they took."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.service.jobs import BaseRun, RunLifeCycleState, RunResultState

from pipelines.errors import first_line
from pipelines.observations.metric import Days, Metric
from pipelines.progress import say

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

_FAILED = {
    RunResultState.FAILED,
    RunResultState.TIMEDOUT,
    RunResultState.UPSTREAM_FAILED,
    RunResultState.MAXIMUM_CONCURRENT_RUNS_REACHED,
}


def observe_jobs(workspace: "WorkspaceClient", prefix: str, days: Days) -> list[Metric]:
    """Return runs, failed_runs and mean_seconds of every job whose name begins so, by the day of the start.

    Runs that go on don't count yet. Jobs that the caller may not see are not in the workspace's answer;
    that there is none at all is said, and which have runs that may not be read.
    """
    found: dict[str, list[BaseRun]] = {}
    for job in workspace.jobs.list():
        name = job.settings.name if job.settings else None
        if job.job_id is not None and name is not None and name.startswith(prefix):
            found.setdefault(name, []).extend(_read_runs(workspace, job.job_id, name, days))
    if not found:
        say(f"no job whose name begins with {prefix} is to be seen here")
    return [metric for name, runs in sorted(found.items()) for metric in _measure(name, runs, days)]


def _read_runs(workspace: "WorkspaceClient", job_id: int, name: str, days: Days) -> list[BaseRun]:
    begin = round(days.start.timestamp() * 1000)
    try:
        return list(workspace.jobs.list_runs(job_id=job_id, completed_only=True, start_time_from=begin))
    except (NotFound, PermissionDenied) as error:
        say(f"runs of job {name} may not be read: {first_line(error)}")
        return []


def _measure(name: str, runs: Sequence[BaseRun], days: Days) -> Iterator[Metric]:
    by_day: dict[date, list[BaseRun]] = {day: [] for day in days.all}
    for run in runs:
        started = datetime.fromtimestamp((run.start_time or 0) / 1000, UTC).date()
        by_day.get(started, []).append(run)
    for day, those in by_day.items():
        yield Metric("job", name, "runs", day, len(those))
        yield Metric("job", name, "failed_runs", day, sum(_failed(run) for run in those))
        if those:
            yield Metric("job", name, "mean_seconds", day, sum(map(_seconds, those)) / len(those))


def _failed(run: BaseRun) -> bool:
    if run.state is None:
        return False
    return run.state.life_cycle_state == RunLifeCycleState.INTERNAL_ERROR or run.state.result_state in _FAILED


def _seconds(run: BaseRun) -> float:
    return max(0, (run.end_time or 0) - (run.start_time or 0)) / 1000
