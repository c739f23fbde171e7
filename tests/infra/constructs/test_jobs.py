"""A job is a chain of the wheel's steps."""

from __future__ import annotations

from typing import Any

import pytest
from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.config.project import Job, Step
from infra.constructs.jobs import Code, PipelineJob
from tests.infra.synthesis import Synthesized, synthesize

VALUES = {
    "project": "flights",
    "catalog": "prod",
    "schema": "flights",
    "model": "prod.flights.arrival_delay",
    "experiment": "/Projects/flights/arrival_delay",
    "endpoint": "flights-arrival-delay",
    "workload_size": "Small",
    "scale_to_zero": "true",
    "code_version": "0123456789ab",
    "trials": "3",
    "max_rows": "0",
    "seed": "7",
}
TRAINING = Job(
    description="Trains",
    steps={
        "train": Step(timeout_minutes=120, retries=2),
        "validate": Step(timeout_minutes=30),
        "deploy": Step(timeout_minutes=60),
    },
)


@pytest.fixture(scope="module")
def made() -> Synthesized:
    """A training job."""
    return synthesize(
        lambda stack: PipelineJob(
            stack,
            "Job",
            name="flights-training",
            settings=TRAINING,
            code=Code(wheel_path="/Volumes/prod/flights/artifacts/code.whl", run_as="run-application-id"),
            parameters=VALUES,
            tags={"environment": "prod"},
            permissions=[PermissionsAccessControl(group_name="readers", permission_level="CAN_VIEW")],
        )
    )


@pytest.fixture
def job(made: Synthesized) -> dict[str, Any]:
    """The job itself."""
    return made.one("job", name="flights-training")


def test_runs_once_at_a_time_as_its_principal(job: dict[str, Any]) -> None:
    """A second run waits; both run as the service principal."""
    assert job["max_concurrent_runs"] == 1
    assert job["queue"] == {"enabled": True}
    assert job["run_as"] == {"service_principal_name": "run-application-id"}


def test_steps_run_one_after_the_other(job: dict[str, Any]) -> None:
    """Each task waits for the one before it."""
    waits = {task["task_key"]: task.get("depends_on") for task in job["task"]}
    assert waits == {
        "train": None,
        "validate": [{"task_key": "train"}],
        "deploy": [{"task_key": "validate"}],
    }


def test_tasks_stand_in_the_order_of_their_keys(job: dict[str, Any]) -> None:
    """The provider reads them in this order: in any other, every plan would change the job."""
    assert [task["task_key"] for task in job["task"]] == ["deploy", "train", "validate"]


def test_retries_are_the_settings_alone(job: dict[str, Any]) -> None:
    """A task is retried as its settings say, never by serverless' own choice."""
    retries = {task["task_key"]: task["max_retries"] for task in job["task"]}
    assert retries == {"train": 2, "validate": 0, "deploy": 0}
    assert all(task["disable_auto_optimization"] for task in job["task"])
    timeouts = {task["task_key"]: task["timeout_seconds"] for task in job["task"]}
    assert timeouts == {"train": 7200, "validate": 1800, "deploy": 3600}


def test_every_task_runs_the_wheel(job: dict[str, Any]) -> None:
    """Tasks share a serverless environment that installs the wheel."""
    (environment,) = job["environment"]
    assert environment["spec"]["dependencies"] == ["/Volumes/prod/flights/artifacts/code.whl"]
    assert {task["environment_key"] for task in job["task"]} == {environment["environment_key"]}
    assert {task["python_wheel_task"]["package_name"] for task in job["task"]} == {"mlops_pipelines"}


def test_parameters_have_defaults_and_are_handed_on(job: dict[str, Any]) -> None:
    """A run can override each parameter; every task is given those that it takes."""
    assert {item["name"]: item["default"] for item in job["parameter"]} == VALUES
    (train,) = (task for task in job["task"] if task["task_key"] == "train")
    assert "--trials={{job.parameters.trials}}" in train["python_wheel_task"]["parameters"]


def test_model_uri_is_a_task_value(job: dict[str, Any]) -> None:
    """The model that train made is validated and deployed: no name or version is guessed."""
    later = [task for task in job["task"] if task["task_key"] != "train"]
    assert len(later) == 2
    for task in later:
        assert "--model_uri={{tasks.train.values.model_uri}}" in task["python_wheel_task"]["parameters"]


def test_permissions_are_the_job_s(made: Synthesized) -> None:
    """The access control list belongs to the job."""
    assert ".id}" in made.one("permissions")["job_id"]
