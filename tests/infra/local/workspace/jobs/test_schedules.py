"""Runs that a schedule starts."""

from __future__ import annotations

import threading

from tests.infra.local.workspace.jobs.factory import Factory, condition_task, result_of
from tests.infra.local.workspace.members import Workspace


def test_a_schedule_starts_runs(factory: Factory) -> None:
    """A job with a schedule that is not paused is run by it, as its principal."""
    schedule = {"quartz_cron_expression": "* * * * * ?", "timezone_id": "UTC"}
    job_id = factory.create([condition_task("a", "1", "EQUAL_TO", "1")], schedule=schedule)
    jobs = factory.deployer.client.jobs
    while not (runs := list(jobs.list_runs(job_id=job_id))):
        threading.Event().wait(0.1)
    run = factory.wait(runs[-1].run_id)
    jobs.delete(job_id)
    assert run.trigger is not None
    assert (run.trigger.value, result_of(run)) == ("PERIODIC", "SUCCESS")


def test_a_deleted_workspace_runs_nothing(factory: Factory) -> None:
    """The jobs of a workspace end with it; its schedules fire no more."""
    workspace = Workspace(factory.local_account, factory.account, "short-lived")
    schedule = {"quartz_cron_expression": "* * * * * ?", "timezone_id": "UTC"}
    task = condition_task("a", "1", "EQUAL_TO", "1")
    factory.create([task], client=workspace.client, run_as=None, schedule=schedule)
    factory.account.workspaces.delete(workspace.id)
    assert not any(key.startswith(f"{workspace.id}/") for key in factory.jobs.declared.triggers())
