"""Run Job tasks: a task that is a run of another job."""

from __future__ import annotations

from typing import Any

import pytest
from databricks.sdk.errors import platform
from databricks.sdk.errors.platform import InvalidParameterValue
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.jobs import JobSettings, Run, Task

from tests.infra.local.workspace.jobs.factory import (
    Factory,
    condition_task,
    result_of,
    results_of,
    state_of,
    task_of,
    wheel_task,
)

_SLEEP = "import time\n\ndef main():\n    time.sleep(300)\n"


def _nested_task(key: str, job_id: int, *, after: str = "", **more: Any) -> dict[str, Any]:
    parameters = more.pop("job_parameters", {})
    return {
        "task_key": key,
        "run_job_task": {"job_id": job_id, "job_parameters": parameters},
        "depends_on": [{"task_key": needed} for needed in after.split()],
        **more,
    }


def _let_runner_run(factory: Factory, *job_ids: int) -> None:
    """Allow the principal of the outer jobs to run inner ones."""
    level = PermissionLevel.CAN_MANAGE_RUN
    entry = AccessControlRequest(service_principal_name=factory.runner.principal.name, permission_level=level)
    for job_id in job_ids:
        factory.deployer.client.permissions.update("jobs", str(job_id), access_control_list=[entry])


def _inner_run(factory: Factory, outer: Run, key: str = "inner") -> Run:
    output = factory.output(outer, key)
    assert output.run_job_output
    assert output.run_job_output.run_id
    return factory.deployer.client.jobs.get_run(output.run_job_output.run_id)


def test_a_task_runs_another_job(factory: Factory) -> None:
    """It gets parameters, runs as its own principal, and tells which task asked for it."""
    own = factory.workspace.add_service_principal("inner-runner")
    factory.allow_use(own.principal.name, factory.deployer.principal.name)
    inner = factory.create(
        [
            condition_task(
                "march", "{{job.parameters.month}} {{job.trigger.type}}", "EQUAL_TO", "3 run_job_task"
            )
        ],
        run_as={"service_principal_name": own.principal.name},
        parameters=[{"name": "month", "default": "1"}],
    )
    _let_runner_run(factory, inner)
    outer = factory.create(
        [_nested_task("inner", inner, job_parameters={"month": "{{job.parameters.m}}"})],
        parameters=[{"name": "m", "default": "3"}],
    )
    run = factory.run(outer)
    assert result_of(run) == "SUCCESS"
    task = task_of(run, "inner")
    assert task.run_job_task
    assert task.run_job_task.job_id == inner
    found = _inner_run(factory, run)
    assert found.job_id == inner
    assert found.trigger
    assert found.trigger.value == "RUN_JOB_TASK"
    assert found.trigger_info
    assert found.trigger_info.run_id == task.run_id
    assert found.creator_user_name == factory.runner.principal.name
    march = task_of(found, "march")
    assert march.condition_task
    assert march.condition_task.outcome == "true"
    values = factory.deployer.client.jobs.get_run(run.run_id or 0, include_resolved_values=True).tasks or []
    assert values[0].resolved_values
    assert values[0].resolved_values.run_job_task
    assert values[0].resolved_values.run_job_task.job_parameters == {"month": "3"}


def test_failure_comes_through(factory: Factory) -> None:
    """The task fails with the other run's message; what depends on it is left out."""
    inner = factory.create([condition_task("a", "x", "LESS_THAN", "1")], name="inner-fails")
    _let_runner_run(factory, inner)
    outer = factory.create(
        [_nested_task("inner", inner), condition_task("next", "1", "EQUAL_TO", "1", after="inner")]
    )
    run = factory.run(outer)
    assert results_of(run) == {"inner": "FAILED", "next": "UPSTREAM_FAILED"}
    error = factory.output(run, "inner").error or ""
    assert "of job inner-fails ended as failed: Task a failed with message: " in error
    assert "'x' is not a number" in error
    assert result_of(_inner_run(factory, run)) == "FAILED"


def test_cancellation_goes_both_ways(factory: Factory) -> None:
    """A cancelled run cancels what its task runs; a cancelled inner run cancels the task."""
    inner = factory.create_demo(_SLEEP, wheel_task("sleep"), max_concurrent_runs=2)
    _let_runner_run(factory, inner)
    outer = factory.create([_nested_task("inner", inner)], max_concurrent_runs=2)
    jobs = factory.deployer.client.jobs
    ids = [jobs.run_now(outer).run_id for _ in range(2)]
    first, second = (_inner_run(factory, factory.wait(run_id, "RUNNING")) for run_id in ids)
    jobs.cancel_run(ids[0])
    assert result_of(factory.wait(ids[0])) == "CANCELED"
    assert result_of(factory.wait(first.run_id)) == "CANCELED"
    jobs.cancel_run(second.run_id or 0)
    assert results_of(factory.wait(ids[1])) == {"inner": "CANCELED"}


def test_a_tasks_time_is_the_inner_runs(factory: Factory) -> None:
    """When the task's time is up, the other run is cancelled."""
    inner = factory.create_demo(_SLEEP, wheel_task("sleep"))
    _let_runner_run(factory, inner)
    run = factory.run(factory.create([_nested_task("inner", inner, timeout_seconds=1)]))
    assert results_of(run) == {"inner": "TIMEDOUT"}
    assert result_of(_inner_run(factory, run)) == "CANCELED"


def test_a_queued_inner_run_is_waited_for(factory: Factory) -> None:
    """Where the other job has its most runs already, the task waits; cancelling ends the waiting."""
    inner = factory.create_demo(_SLEEP, wheel_task("sleep"))
    _let_runner_run(factory, inner)
    jobs = factory.deployer.client.jobs
    running = jobs.run_now(inner).run_id
    outer = jobs.run_now(factory.create([_nested_task("inner", inner)])).run_id
    queued = _inner_run(factory, factory.wait(outer, "RUNNING"))
    assert state_of(queued) == "QUEUED"
    jobs.cancel_run(outer)
    assert result_of(factory.wait(outer)) == "CANCELED"
    assert result_of(factory.wait(queued.run_id)) == "CANCELED"
    jobs.cancel_run(running)


def test_the_principal_needs_the_right_to_run(factory: Factory) -> None:
    """Without it the task fails, and nothing says whether the other job exists."""
    inner = factory.create([condition_task("a", "1", "EQUAL_TO", "1")])
    for job_id in (inner, 424_242):
        run = factory.run(factory.create([_nested_task("inner", job_id)]))
        status = task_of(run, "inner").status
        assert status
        assert status.termination_details
        assert status.termination_details.code
        assert status.termination_details.code.value == "UNAUTHORIZED_ERROR"
        error = factory.output(run, "inner").error or ""
        assert "does not have Manage Run permissions on job" in error
    assert list(factory.deployer.client.jobs.list_runs(job_id=inner)) == []


def test_jobs_do_not_run_in_circles(factory: Factory) -> None:
    """A job that would run itself through others fails there, at once."""
    first = factory.create([condition_task("a", "1", "EQUAL_TO", "1")])
    second = factory.create([_nested_task("inner", first)])
    _let_runner_run(factory, first, second)
    circle = JobSettings(tasks=[Task.from_dict(_nested_task("a", second))])
    factory.deployer.client.jobs.update(first, new_settings=circle)
    run = factory.run(first)
    assert result_of(run) == "FAILED"
    assert f"Job {first} would run itself" in (factory.output(run, "a").error or "")


def test_jobs_nest_three_deep(factory: Factory) -> None:
    """Three Run Job tasks below each other are fine, a fourth is refused."""
    chain = [factory.create([condition_task("inner", "1", "EQUAL_TO", "1")])]
    for _ in range(4):
        chain.append(factory.create([_nested_task("inner", chain[-1])]))
    _let_runner_run(factory, *chain)
    assert result_of(factory.run(chain[3])) == "SUCCESS"
    run = factory.run(chain[4])
    assert result_of(run) == "FAILED"
    assert "Over 3 Run Job tasks are below each other" in (factory.output(run, "inner").error or "")


def test_what_can_not_be_run_is_refused(factory: Factory) -> None:
    """A task without a job is wrong, parameters of other kinds of tasks are not served."""
    with pytest.raises(InvalidParameterValue, match="job_id must be a whole number from 1"):
        factory.create([{"task_key": "a", "run_job_task": {"job_id": 0}}])
    task = {"task_key": "a", "run_job_task": {"job_id": 7, "notebook_params": {"a": "b"}}}
    with pytest.raises(platform.NotImplemented, match="notebook_params"):
        factory.create([task])
