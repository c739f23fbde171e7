"""Jobs as they are declared: echoed, changed, refused, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from databricks.sdk.errors import platform
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.errors.platform import InvalidParameterValue, PermissionDenied, ResourceDoesNotExist
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.jobs import JobEnvironment, JobRunAs, JobSettings, Task

from tests.infra.local.workspace.jobs.factory import (
    VOLUME,
    Factory,
    condition_task,
    environment,
    result_of,
    wheel_task,
)

_WHEEL = f"{VOLUME}/wheels/abc/demo-1.0-py3-none-any.whl"


def _declare(factory: Factory, *tasks: dict[str, Any], **more: Any) -> int:
    return factory.create(list(tasks), **{"environments": [environment(_WHEEL)], **more})


def test_settings_come_back(factory: Factory) -> None:
    """A job is read as it was declared, with the defaults of the API."""
    schedule = {"quartz_cron_expression": "0 0 5 * * ?", "timezone_id": "UTC", "pause_status": "PAUSED"}
    job_id = _declare(
        factory,
        wheel_task("a", "start", "--x={{job.parameters.x}}", max_retries=1, timeout_seconds=60),
        parameters=[{"name": "x", "default": "1"}],
        tags={"project": "flights"},
        schedule=schedule,
        name="flights-echo",
    )
    job = factory.deployer.client.jobs.get(job_id)
    assert job.creator_user_name == factory.deployer.principal.name
    assert job.run_as_user_name == factory.runner.principal.name
    assert job.settings is not None
    settings = job.settings.as_dict()
    assert settings["queue"] == {"enabled": True}
    assert settings["max_concurrent_runs"] == 1
    assert settings["schedule"] == schedule
    assert settings["tags"] == {"project": "flights"}
    assert settings["environments"] == [environment(_WHEEL)]
    assert settings["tasks"][0]["run_if"] == "ALL_SUCCESS"
    assert settings["tasks"][0]["python_wheel_task"]["parameters"] == ["--x={{job.parameters.x}}"]
    assert "run_as" not in settings


def test_jobs_are_listed_and_found_by_name(factory: Factory) -> None:
    """Listing pages through all jobs; a name matches in any case."""
    jobs = factory.deployer.client.jobs
    ids = [_declare(factory, wheel_task("a"), name=f"Listed-{number}") for number in range(3)]
    assert set(ids) <= {job.job_id for job in jobs.list(limit=2)}
    assert [job.job_id for job in jobs.list(name="listed-1")] == [ids[1]]
    expanded = next(iter(jobs.list(name="listed-1", expand_tasks=True)))
    assert expanded.settings is not None
    assert [task.task_key for task in expanded.settings.tasks or []] == ["a"]


def test_many_tasks_come_in_pages(factory: Factory) -> None:
    """A job of over a hundred tasks is read whole through its pages."""
    job_id = _declare(factory, *(condition_task(f"c{number}", "1", "EQUAL_TO", "1") for number in range(130)))
    settings = factory.deployer.client.jobs.get(job_id).settings
    assert settings is not None
    assert len(settings.tasks or []) == 130
    assert len(factory.run(job_id).tasks or []) == 130


def test_update_merges_and_reset_replaces(factory: Factory) -> None:
    """An update replaces tasks by key and removes fields; a reset leaves nothing of before."""
    jobs = factory.deployer.client.jobs
    job_id = _declare(factory, wheel_task("a"), wheel_task("b"), tags={"x": "y"}, description="old")
    changed = JobSettings(tasks=[Task.from_dict(wheel_task("b", "other"))], description="new")
    jobs.update(job_id, new_settings=changed, fields_to_remove=["tags", "tasks/a"])
    settings = jobs.get(job_id).settings
    assert settings is not None
    assert settings.tags is None
    assert settings.description == "new"
    assert [
        task.python_wheel_task.entry_point for task in settings.tasks or [] if task.python_wheel_task
    ] == ["other"]
    assert jobs.get(job_id).run_as_user_name == factory.runner.principal.name
    new = JobSettings(
        name="whole",
        tasks=[Task.from_dict(wheel_task("z"))],
        environments=[JobEnvironment.from_dict(environment(_WHEEL))],
        run_as=JobRunAs(service_principal_name=factory.runner.principal.name),
    )
    jobs.reset(job_id, new)
    settings = jobs.get(job_id).settings
    assert settings is not None
    assert (settings.name, settings.description) == ("whole", None)
    jobs.delete(job_id)
    with pytest.raises(ResourceDoesNotExist):
        jobs.get(job_id)


@pytest.mark.parametrize(
    ("tasks", "more", "message"),
    [
        ([wheel_task("a", after="b"), wheel_task("b", after="a")], {}, "cycle"),
        ([wheel_task("a", after="x")], {}, "depends on x, which is no task"),
        ([wheel_task("a"), wheel_task("a")], {}, "given twice"),
        ([wheel_task("a", "start", "{{job.naem}}")], {}, "{{job.naem}} is unknown"),
        ([wheel_task("a", "start", "{{job.parameters.no}}")], {}, "{{job.parameters.no}} is unknown"),
        ([wheel_task("a", "start", "{{tasks.no.values.x}}")], {}, "{{tasks.no.values.x}} is unknown"),
        ([wheel_task("a", environment_key="other")], {}, "environment_key 'other'"),
        ([], {}, "at least one task"),
        (
            [wheel_task("a")],
            {"schedule": {"quartz_cron_expression": "0 5 * * *", "timezone_id": "UTC"}},
            "quartz",
        ),
        (
            [wheel_task("a")],
            {"schedule": {"quartz_cron_expression": "0 0 5 * * ?", "timezone_id": "Moon/Base"}},
            "Invalid timezone",
        ),
    ],
)
def test_wrong_settings_are_refused(
    factory: Factory, tasks: list[dict[str, Any]], more: dict[str, Any], message: str
) -> None:
    """What can't be right is refused when the job is created, in one line."""
    with pytest.raises(InvalidParameterValue) as refusal:
        _declare(factory, *tasks, **more)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("task", "more", "name"),
    [
        ({"task_key": "a", "notebook_task": {"notebook_path": "/x"}}, {}, "notebook_task"),
        (wheel_task("a"), {"git_source": {"git_url": "https://x", "git_provider": "gitHub"}}, "git_source"),
        (wheel_task("a"), {"continuous": {"pause_status": "UNPAUSED"}}, "continuous"),
        (wheel_task("a"), {"trigger": {"file_arrival": {"url": "/Volumes/x"}}}, "file_arrival"),
        (wheel_task("a"), {"environments": [environment("/Workspace/x.whl")]}, "/Workspace/x.whl"),
    ],
)
def test_what_is_not_done_is_refused(
    factory: Factory, task: dict[str, Any], more: dict[str, Any], name: str
) -> None:
    """What would change a run and is not done locally is refused when the job is created."""
    with pytest.raises(platform.NotImplemented, match=name):
        _declare(factory, task, **more)


def test_run_as_needs_the_role(factory: Factory) -> None:
    """Only who has the role on a service principal may create or change a job that runs as it."""
    other = factory.workspace.add_service_principal("other", admin=True)
    with pytest.raises(PermissionDenied, match=r"servicePrincipal\.user"):
        factory.create([wheel_task("a")], client=other.client, environments=[environment(_WHEEL)])
    job_id = _declare(factory, wheel_task("a"))
    with pytest.raises(PermissionDenied, match=r"servicePrincipal\.user"):
        other.client.jobs.update(job_id, new_settings=JobSettings(description="mine"))
    factory.allow_use(factory.runner.principal.name, factory.deployer.principal.name, other.principal.name)
    other.client.jobs.update(job_id, new_settings=JobSettings(description="mine"))
    settings = factory.deployer.client.jobs.get(job_id).settings
    assert settings is not None
    assert settings.description == "mine"
    factory.allow_use(factory.runner.principal.name, factory.deployer.principal.name)


def test_users_run_as_themselves(factory: Factory) -> None:
    """Without run_as a job runs as its creator; another user may be named by admins only."""
    alice, bob = factory.workspace.add_user(), factory.workspace.add_user()
    mine = factory.create([condition_task("a", "1", "EQUAL_TO", "1")], client=alice.client, run_as=None)
    assert alice.client.jobs.get(mine).run_as_user_name == alice.principal.name
    as_bob = {"user_name": bob.principal.name}
    with pytest.raises(PermissionDenied):
        factory.create([condition_task("a", "1", "EQUAL_TO", "1")], client=alice.client, run_as=as_bob)
    factory.create([condition_task("a", "1", "EQUAL_TO", "1")], run_as=as_bob)


def test_permissions_on_a_job(factory: Factory) -> None:
    """Seeing, running and changing a job take CAN_VIEW, CAN_MANAGE_RUN and CAN_MANAGE."""
    alice = factory.workspace.add_user()
    job_id = factory.create([condition_task("a", "1", "EQUAL_TO", "1")])
    jobs = alice.client.jobs

    def give(level: PermissionLevel) -> None:
        entry = AccessControlRequest(user_name=alice.principal.name, permission_level=level)
        factory.deployer.client.permissions.update("jobs", str(job_id), access_control_list=[entry])

    with pytest.raises(PermissionDenied):
        jobs.get(job_id)
    assert job_id not in {job.job_id for job in jobs.list()}
    give(PermissionLevel.CAN_VIEW)
    assert jobs.get(job_id).job_id == job_id
    with pytest.raises(PermissionDenied):
        jobs.run_now(job_id)
    give(PermissionLevel.CAN_MANAGE_RUN)
    run_id = jobs.run_now(job_id).run_id
    assert result_of(factory.wait(run_id)) == "SUCCESS"
    with pytest.raises(DatabricksError):
        jobs.update(job_id, new_settings=JobSettings(description="x"))
    with pytest.raises(PermissionDenied):
        jobs.delete(job_id)
