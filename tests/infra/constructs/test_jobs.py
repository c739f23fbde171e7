"""A job is a chain of the wheel's steps."""

from __future__ import annotations

from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.config.project import Job, Step, Then
from infra.constructs.jobs import Code, PipelineJob
from infra.constructs.notifications import Told
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
    "code_commit": "0123456789abcdef",
    "champion_model": "prod.flights.arrival_delay",
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
    timeout_minutes=240,
    expected_minutes=90,
    tags={"cost_center": "trains"},
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
            code=Code("/Volumes/prod/flights/artifacts/code.whl", "run-application-id", "policy-id"),
            parameters=VALUES,
            schedule="0 0 4 3 * ?",
            told=Told(emails=["on-call@example.com"], people="1", hook=None),
            others={},
            tags={"environment": "prod", "cost_center": "all"},
            permissions=[PermissionsAccessControl(group_name="readers", permission_level="CAN_VIEW")],
        )
    )


def declare_gate(stack: TerraformStack, minutes: str) -> None:
    """A job that waits for somebody's word, or doesn't."""
    settings = Job(description="Asks", steps={"approve": Step(timeout_minutes=600)})
    declare_job(stack, settings, {**VALUES, "approval_minutes": minutes})


def declare_job(stack: TerraformStack, settings: Job, values: dict[str, str]) -> None:
    """A job by itself, of whose failures people are told."""
    PipelineJob(
        stack,
        "Job",
        name="flights-training",
        settings=settings,
        code=Code(wheel_path="/Volumes/prod/flights/artifacts/code.whl", run_as="run-application-id"),
        parameters=values,
        schedule=None,
        told=Told(emails=["on-call@example.com"], people=None, hook=None),
        others={},
        tags={},
        permissions=[],
    )


def declare_pair(stack: TerraformStack) -> None:
    """A job that asks whether another is to be run, and that one."""
    settings = {
        "training": TRAINING,
        "retraining": Job(
            description="Decides",
            steps={"decide": Step(timeout_minutes=10)},
            then=Then(run="training", when="retrain"),
        ),
    }
    jobs: dict[str, PipelineJob] = {}
    for name, job in settings.items():
        jobs[name] = PipelineJob(
            stack,
            name,
            name=name,
            settings=job,
            code=Code(wheel_path="/Volumes/prod/flights/artifacts/code.whl", run_as="run-application-id"),
            parameters={**VALUES, "alerts": "flights-drift"},
            schedule=None,
            told=Told(emails=[], people=None, hook=None),
            others=jobs,
            tags={},
            permissions=[],
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


def test_runs_by_its_schedule_and_tells_of_failures(job: dict[str, Any]) -> None:
    """A schedule is in UTC; people are told by mail when a run fails."""
    assert job["schedule"] == {"quartz_cron_expression": "0 0 4 3 * ?", "timezone_id": "UTC"}
    assert job["email_notifications"]["on_failure"] == ["on-call@example.com"]


def test_a_run_that_takes_long_is_told_and_ended(job: dict[str, Any]) -> None:
    """Longer than expected is unhealthy, and told to who is told of failures; in the end it is ended."""
    assert job["timeout_seconds"] == 240 * 60
    (rule,) = job["health"]["rules"]
    assert rule == {"metric": "RUN_DURATION_SECONDS", "op": "GREATER_THAN", "value": 90 * 60}
    late = job["email_notifications"]["on_duration_warning_threshold_exceeded"]
    assert late == ["on-call@example.com"]


def test_the_bill_tells_it_apart(job: dict[str, Any]) -> None:
    """It is billed under its environment's budget policy; its own tags go before others'."""
    assert job["budget_policy_id"] == "policy-id"
    assert job["tags"] == {"environment": "prod", "cost_center": "trains"}


def test_runs_beside_each_other_where_the_settings_say_so() -> None:
    """As many as they say, and what is more is skipped where it is not to wait."""
    settings = Job(description="", steps={"infer": Step(timeout_minutes=5)}, concurrent_runs=3, queue=False)
    values = {**VALUES, "alias": "Champion", "from_month": "2013-01", "to_month": "2013-01"}
    job = synthesize(lambda stack: declare_job(stack, settings, values)).one("job")
    assert job["max_concurrent_runs"] == 3
    assert job["queue"] == {"enabled": False}
    assert not {"health", "timeout_seconds", "budget_policy_id"} & job.keys()


def test_another_job_is_run_when_the_last_step_says_so() -> None:
    """A condition on the step's task value stands before the other job's run; nobody is mailed unasked."""
    made = synthesize(declare_pair)
    job = made.one("job", name="retraining")
    assert "email_notifications" not in job
    assert "schedule" not in job
    tasks = {task["task_key"]: task for task in job["task"]}
    assert list(tasks) == ["decide", "if_retrain", "training"]
    assert tasks["if_retrain"]["condition_task"] == {
        "left": "{{tasks.decide.values.retrain}}",
        "op": "EQUAL_TO",
        "right": "true",
    }
    assert tasks["training"]["depends_on"] == [{"task_key": "if_retrain", "outcome": "true"}]
    assert "databricks_job.training" in tasks["training"]["run_job_task"]["job_id"]


@pytest.mark.parametrize(("minutes", "asked"), [("60", ["on-call@example.com"]), ("0", None)])
def test_who_is_to_approve_is_asked(minutes: str, asked: list[str] | None) -> None:
    """A mail goes out when the gate is reached, and none where nobody's word is waited for."""
    (task,) = synthesize(lambda stack: declare_gate(stack, minutes)).one("job")["task"]
    assert task.get("email_notifications") == ({"on_start": asked} if asked else None)
