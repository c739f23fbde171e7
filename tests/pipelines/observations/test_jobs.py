"""Measuring the project's jobs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import create_autospec

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service.jobs import (
    BaseJob,
    BaseRun,
    JobsAPI,
    JobSettings,
    RunLifeCycleState,
    RunResultState,
    RunState,
)

from pipelines.observations.jobs import observe_jobs
from pipelines.observations.metric import Days, Metric

NOW = datetime(2013, 10, 4, 12, tzinfo=UTC)
DAYS = Days(date(2013, 10, 2), NOW)


def make_run(day: int, seconds: float, result: RunResultState | None = RunResultState.SUCCESS) -> BaseRun:
    """A run that started on a day of October; without a result, one that broke inside the platform."""
    started = datetime(2013, 10, day, 4, tzinfo=UTC)
    life = RunLifeCycleState.TERMINATED if result else RunLifeCycleState.INTERNAL_ERROR
    return BaseRun(
        start_time=round(started.timestamp() * 1000),
        end_time=round((started + timedelta(seconds=seconds)).timestamp() * 1000),
        state=RunState(life_cycle_state=life, result_state=result),
    )


def make_workspace(jobs: dict[str, list[BaseRun] | Exception]) -> Any:
    """A client that sees jobs by name."""
    workspace = create_autospec(WorkspaceClient, instance=True)
    workspace.jobs = create_autospec(JobsAPI, instance=True)
    names = list(jobs)
    workspace.jobs.list.return_value = [
        BaseJob(job_id=number, settings=JobSettings(name=name)) for number, name in enumerate(names)
    ]

    def list_runs(*, job_id: int, completed_only: bool, start_time_from: int) -> list[BaseRun]:
        assert completed_only
        assert start_time_from == DAYS.start.timestamp() * 1000
        found = jobs[names[job_id]]
        if isinstance(found, Exception):
            raise found
        return found

    workspace.jobs.list_runs.side_effect = list_runs
    return workspace


def of(metrics: list[Metric], name: str, metric: str) -> dict[int, float]:
    """One metric of a job by the day of October."""
    found = [each for each in metrics if (each.subject, each.metric) == (name, metric)]
    assert {each.subject_type for each in found} <= {"job"}
    return {each.day.day: each.value for each in found}


def test_runs_are_counted_by_the_day_of_their_start() -> None:
    """Runs, failures and the mean duration are by day; a day without runs has 0 and no duration."""
    failed, timed_out, canceled = RunResultState.FAILED, RunResultState.TIMEDOUT, RunResultState.CANCELED
    runs = [make_run(2, 10), make_run(2, 20, failed), make_run(2, 30, canceled), make_run(4, 5, timed_out)]
    metrics = observe_jobs(
        make_workspace({"flights-training": [*runs, make_run(4, 7, None)]}), "flights-", DAYS
    )
    assert of(metrics, "flights-training", "runs") == {2: 3, 3: 0, 4: 2}
    assert of(metrics, "flights-training", "failed_runs") == {2: 1, 3: 0, 4: 2}
    assert of(metrics, "flights-training", "mean_seconds") == {2: 20, 4: 6}


def test_only_the_projects_jobs_count() -> None:
    """Jobs whose names begin otherwise are not asked for."""
    workspace = make_workspace({"flights-ingest": [], "weather-ingest": [make_run(2, 1)]})
    assert {metric.subject for metric in observe_jobs(workspace, "flights-", DAYS)} == {"flights-ingest"}
    workspace.jobs.list_runs.assert_called_once()


def test_jobs_of_one_name_are_one_subject() -> None:
    """A name that two jobs have is measured once, or its values would replace each other."""
    workspace = make_workspace({"flights-ingest": [make_run(2, 1)]})
    workspace.jobs.list.return_value = workspace.jobs.list.return_value * 2
    metrics = observe_jobs(workspace, "flights-", DAYS)
    assert of(metrics, "flights-ingest", "runs") == {2: 2, 3: 0, 4: 0}


def test_what_may_not_be_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A job whose runs are hidden is named, and the others are measured."""
    workspace = make_workspace({"flights-a": PermissionDenied("no CAN_VIEW\nat all"), "flights-b": []})
    metrics = observe_jobs(workspace, "flights-", DAYS)
    assert "runs of job flights-a may not be read: no CAN_VIEW\n" in capsys.readouterr().out
    assert of(metrics, "flights-b", "runs") == {2: 0, 3: 0, 4: 0}


def test_no_job_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A caller who sees no job of the project is told, and gets no values."""
    assert observe_jobs(make_workspace({"weather-ingest": []}), "flights-", DAYS) == []
    assert "no job whose name begins with flights- is to be seen here" in capsys.readouterr().out
