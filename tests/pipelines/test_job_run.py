"""Following runs of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from unittest.mock import create_autospec

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service.jobs import (
    BaseJob,
    JobsAPI,
    JobSettings,
    Run,
    RunLifeCycleState,
    RunOutput,
    RunResultState,
    RunState,
    RunTask,
)

from pipelines import __main__ as command
from pipelines.errors import PipelineError
from pipelines.job_run import run_job

NAME = "flights-rollback"
RUNNING, OVER = RunLifeCycleState.RUNNING, RunLifeCycleState.TERMINATED
SUCCESS, FAILED = RunResultState.SUCCESS, RunResultState.FAILED


def make_run(life: RunLifeCycleState, result: RunResultState | None, *tasks: RunTask) -> Run:
    """A run as the workspace tells it."""
    state = RunState(life_cycle_state=life, result_state=result, state_message="told by the platform")
    return Run(run_id=12, state=state, tasks=list(tasks))


def make_task(key: str, result: RunResultState | None, *, attempt: int = 0, start: int = 1000) -> RunTask:
    """A task that has begun; one with a result took four seconds."""
    life = OVER if result else RUNNING
    return RunTask(
        task_key=key,
        attempt_number=attempt,
        run_id=100 + attempt,
        start_time=start,
        end_time=start + 4000 if result else None,
        state=RunState(life_cycle_state=life, result_state=result),
    )


def make_workspace(*runs: Run, jobs: Sequence[str] = (NAME, "flights-training")) -> Any:
    """A client of a workspace with these jobs, of which a run goes through these states."""
    listed = [BaseJob(job_id=number, settings=JobSettings(name=name)) for number, name in enumerate(jobs, 1)]
    workspace = create_autospec(WorkspaceClient, instance=True)
    workspace.jobs = create_autospec(JobsAPI, instance=True)
    workspace.jobs.list.side_effect = lambda name=None: [
        job for job in listed if job.settings and name in {None, job.settings.name}
    ]
    workspace.jobs.run_now.return_value.bind.return_value = {"run_id": 12}
    workspace.jobs.get_run.side_effect = list(runs)
    return workspace


def test_progress_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Each task's beginning and end is told once; the job gets the parameters."""
    workspace = make_workspace(
        make_run(RUNNING, None, RunTask(task_key="rollback")),
        make_run(RUNNING, None, make_task("rollback", None)),
        make_run(RUNNING, None, make_task("rollback", None)),
        make_run(OVER, SUCCESS, make_task("rollback", SUCCESS)),
    )
    slept: list[float] = []
    run_job(workspace, NAME, {"seed": "8"}, slept.append)
    assert capsys.readouterr().out.splitlines() == [
        "flights-rollback: run 12",
        "rollback: running",
        "rollback: success  4 s",
        "flights-rollback: run 12 succeeded",
    ]
    workspace.jobs.run_now.assert_called_once_with(1, job_parameters={"seed": "8"})
    assert len(slept) == 3


def test_failure_is_in_the_tasks_words(capsys: pytest.CaptureFixture[str]) -> None:
    """A run that fails is told with the last attempt's error; attempts are told apart."""
    first, second = make_task("train", FAILED), make_task("train", FAILED, attempt=1, start=9000)
    workspace = make_workspace(make_run(RUNNING, None, first), make_run(OVER, FAILED, first, second))
    workspace.jobs.get_run_output.side_effect = lambda run_id: RunOutput(
        error=f"attempt {run_id}: no rows\ntrace"
    )
    with pytest.raises(
        PipelineError, match=r"^flights-training: run 12 failed: train: attempt 101: no rows$"
    ):
        run_job(workspace, "flights-training", {}, lambda _: None)
    assert "train: failed  4 s (attempt 2)" in capsys.readouterr().out
    workspace.jobs.run_now.assert_called_once_with(2, job_parameters=None)


def test_step_that_ends_itself_has_said_why() -> None:
    """Of a step that failed as it should, the log's last line tells more than its exit status."""
    workspace = make_workspace(make_run(OVER, FAILED, make_task("rollback", FAILED)))
    workspace.jobs.get_run_output.return_value = RunOutput(
        error="SystemExit: 1", logs="rollback: project flights\nrollback: Champion version 1 replaced none\n"
    )
    with pytest.raises(PipelineError, match=r"run 12 failed: rollback: Champion version 1 replaced none$"):
        run_job(workspace, NAME, {}, lambda _: None)


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (make_run(RunLifeCycleState.SKIPPED, None), "was skipped: told by the platform"),
        (make_run(OVER, RunResultState.CANCELED), "canceled: told by the platform"),
        (make_run(RunLifeCycleState.INTERNAL_ERROR, FAILED), "failed: told by the platform"),
    ],
)
def test_run_that_never_worked_ends(run: Run, told: str) -> None:
    """A run that is skipped, cancelled or breaks down is no success, and nothing waits for it."""
    with pytest.raises(PipelineError, match=told):
        run_job(make_workspace(run), NAME, {}, lambda _: None)


def test_unknown_job_names_the_known() -> None:
    """A name that no job has is answered with those that have one."""
    with pytest.raises(
        PipelineError, match=r"no job rollback \(yours to see: flights-rollback, flights-training\)"
    ):
        run_job(make_workspace(), "rollback", {})


def test_ambiguous_name_starts_nothing() -> None:
    """Of two jobs of a name, neither is started."""
    workspace = make_workspace(jobs=[NAME, NAME])
    with pytest.raises(PipelineError, match="2 jobs are named flights-rollback: 1, 2"):
        run_job(workspace, NAME, {})
    workspace.jobs.run_now.assert_not_called()


def start(monkeypatch: pytest.MonkeyPatch, workspace: Any, *arguments: str) -> int:
    """The command's exit status."""
    monkeypatch.setattr(command, "WorkspaceClient", lambda: workspace)
    return command.main(arguments)


def test_command_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that succeeds ends the command well."""
    workspace = make_workspace(make_run(OVER, SUCCESS))
    assert start(monkeypatch, workspace, "run", NAME, "seed=8", "note=a=b") == 0
    workspace.jobs.run_now.assert_called_once_with(1, job_parameters={"seed": "8", "note": "a=b"})


def test_refusal_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A caller who may not start the job is told so in a line, and the command fails."""
    workspace = make_workspace()
    workspace.jobs.run_now.side_effect = PermissionDenied("you may not start it\nreally")
    assert start(monkeypatch, workspace, "run", NAME) == 1
    assert capsys.readouterr().err == "pipelines: flights-rollback: you may not start it\n"


def test_missing_credentials_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without credentials the command says that there are none."""

    def refuse() -> None:
        raise ValueError("default auth: cannot configure default credentials\nConfig: …")

    monkeypatch.setattr(command, "WorkspaceClient", refuse)
    assert command.main(["run", NAME]) == 1
    assert capsys.readouterr().err.startswith("pipelines: no way to a workspace: default auth: ")


def test_malformed_parameter_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """What is not like name=value is named."""
    with pytest.raises(SystemExit) as caught:
        command.main(["run", NAME, "seed"])
    assert caught.value.code == 2
    assert "'seed' is not like name=value" in capsys.readouterr().err


def test_answer_is_the_callers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An approval carries the caller's name."""
    given: list[tuple[str, str, str, str]] = []
    monkeypatch.setattr(command, "answer", lambda registry, *answer: given.append((registry.name, *answer)))
    monkeypatch.setattr(command, "Registry", lambda name: SimpleNamespace(name=name))
    monkeypatch.setattr("mlflow.set_tracking_uri", lambda _: None)
    monkeypatch.setattr("mlflow.set_registry_uri", lambda _: None)
    workspace = make_workspace()
    workspace.current_user.me.return_value.user_name = "emil@example.com"
    assert start(monkeypatch, workspace, "reject", "models:/prod.flights.arrival_delay/3") == 0
    assert given == [("prod.flights.arrival_delay", "3", "rejected", "emil@example.com")]
    assert "rejected by emil@example.com" in capsys.readouterr().out
