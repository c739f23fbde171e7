"""Runs through the SDK: tasks, values, references, logs, failures."""

from __future__ import annotations

import pytest
from databricks.sdk.errors.base import DatabricksError

from tests.infra.local.workspace.jobs.factory import (
    Factory,
    condition_task,
    environment,
    result_of,
    results_of,
    state_of,
    task_of,
    wheel_task,
)

_TRAINING = """
import sys

def main():
    print("arguments", sys.argv[1:])

def train():
    from databricks.sdk.runtime import dbutils
    dbutils.jobs.taskValues.set("model_uri", "models:/dev.flights.arrival_delay/3")
    dbutils.jobs.taskValues.set("metric", 12.5)

def check():
    from databricks.sdk.runtime import dbutils
    print(dbutils.jobs.taskValues.get("train", "metric", debugValue=1) + 1)
    print(dbutils.jobs.taskValues.get(taskKey="train", key="other", default="none"))

def fail():
    print("before")
    raise ValueError("no rows in 2013-01")

def leave():
    sys.exit(2)
"""


def test_values_travel_along_the_graph(factory: Factory) -> None:
    """Task values reach later tasks by reference and by dbutils."""
    job_id = factory.create_demo(
        _TRAINING,
        wheel_task("train", "train"),
        wheel_task("check", "check", after="train"),
        wheel_task("deploy", "start", "--uri={{tasks.train.values.model_uri}}", after="check train"),
    )
    run = factory.run(job_id)
    assert (state_of(run), result_of(run)) == ("TERMINATED", "SUCCESS")
    assert run.status is not None
    assert run.status.as_dict() == {
        "state": "TERMINATED",
        "termination_details": {"code": "SUCCESS", "type": "SUCCESS", "message": ""},
    }
    assert factory.output(run, "check").logs == "13.5\nnone\n"
    assert "--uri=models:/dev.flights.arrival_delay/3" in (factory.output(run, "deploy").logs or "")
    assert len({task.run_id for task in run.tasks or []} | {run.run_id}) == 4
    assert (task_of(run, "train").end_time or 0) <= (task_of(run, "check").start_time or 0)


def test_parameters_and_facts_are_referenced(factory: Factory) -> None:
    """Job parameters with overrides, ids, names and times stand where they are referenced."""
    job_id = factory.create_demo(
        _TRAINING,
        wheel_task(
            "show",
            "start",
            "{{job.parameters.month}} {{ job.parameters.seed }}",
            "{{job.id}} {{job.run_id}} {{job.name}} {{task.name}} {{job.start_time.iso_date}}",
            "{{secrets/like.this}",
        ),
        parameters=[{"name": "month", "default": "2013-01"}, {"name": "seed", "default": "7"}],
        name="show-job",
    )
    run = factory.run(job_id, job_parameters={"month": "2013-02"})
    log = factory.output(run, "show").logs or ""
    assert "'2013-02 7'" in log
    assert f"'{job_id} {run.run_id} show-job show 20" in log
    assert "{{secrets/like.this}" in log
    parameters = {
        parameter.name: (parameter.default, parameter.value) for parameter in run.job_parameters or []
    }
    assert parameters == {"month": ("2013-01", "2013-02"), "seed": ("7", None)}


def test_failure_tells_error_and_trace(factory: Factory) -> None:
    """A raised exception fails the task and the run, and skips what is downstream."""
    job_id = factory.create_demo(
        _TRAINING, wheel_task("fail", "fail"), wheel_task("after", after="fail"), wheel_task("aside", "leave")
    )
    run = factory.run(job_id)
    assert (state_of(run), result_of(run)) == ("INTERNAL_ERROR", "FAILED")
    assert run.state is not None
    assert run.state.state_message == (
        "Task fail failed with message: Workload failed, see run output for details. "
        "This caused all downstream tasks to get skipped."
    )
    assert results_of(run) == {"fail": "FAILED", "after": "UPSTREAM_FAILED", "aside": "FAILED"}
    output = factory.output(run, "fail")
    assert output.error == "ValueError: no rows in 2013-01"
    assert (output.error_trace or "").startswith("Traceback")
    assert (output.logs or "").startswith("before\nTraceback")
    assert factory.output(run, "aside").error == "SystemExit: 2"


def test_conditions_choose_the_branch(factory: Factory) -> None:
    """A condition's outcome runs one branch and excludes the other; the run succeeds."""
    branches = [
        {**wheel_task(name), "depends_on": [{"task_key": "good", "outcome": outcome}]}
        for name, outcome in (("deploy", "true"), ("report", "false"))
    ]
    job_id = factory.create_demo(
        _TRAINING,
        wheel_task("train", "train"),
        condition_task("good", "{{tasks.train.values.metric}}", "LESS_THAN", "13", after="train"),
        *branches,
        wheel_task("last", after="deploy report"),
    )
    run = factory.run(job_id)
    assert result_of(run) == "SUCCESS"
    assert results_of(run) == {
        "train": "SUCCESS",
        "good": "SUCCESS",
        "deploy": "SUCCESS",
        "report": "EXCLUDED",
        "last": "SUCCESS",
    }
    condition = task_of(run, "good").condition_task
    assert condition is not None
    assert condition.outcome == "true"


def test_run_if_handles_failure(factory: Factory) -> None:
    """Tasks with another run_if run after a failure; the leaves decide the run's result."""
    job_id = factory.create_demo(
        _TRAINING,
        wheel_task("fail", "fail"),
        wheel_task("cleanup", "start", "{{tasks.fail.result_state}}", after="fail", run_if="ALL_DONE"),
    )
    run = factory.run(job_id)
    assert result_of(run) == "SUCCESS_WITH_FAILURES"
    assert "arguments ['failed']" in (factory.output(run, "cleanup").logs or "")


def test_missing_value_fails_with_one_line(factory: Factory) -> None:
    """A reference to a value that was not set fails the task and names the reference."""
    job_id = factory.create_demo(
        _TRAINING,
        wheel_task("train", "train"),
        wheel_task("use", "start", "{{tasks.train.values.nothing}}", after="train", max_retries=2),
    )
    run = factory.run(job_id)
    assert len(run.tasks or []) == 2
    assert factory.output(run, "use").error == (
        "{{tasks.train.values.nothing}}: task train has set no value nothing."
    )


def test_libraries_that_are_not_there(factory: Factory) -> None:
    """A missing wheel, a requirement that is not installed and a wrong package are one line each."""
    missing = "/Volumes/dev/flights/artifacts/none/demo-1.0-py3-none-any.whl"
    foreign = factory.put_wheel("", requires="surely-not-installed>=2")
    other = factory.put_wheel("", package="other")
    for dependency, text in (
        (missing, "does not exist"),
        (foreign, "needs surely-not-installed>=2, which is not installed locally"),
        (other, "Python wheel with name demo could not be found"),
    ):
        run = factory.run(factory.create([wheel_task("only")], environments=[environment(dependency)]))
        assert text in (factory.output(run, "only").error or "")
        assert state_of(task_of(run, "only")) == "INTERNAL_ERROR"


def test_runs_list_and_output_of_several_tasks(factory: Factory) -> None:
    """Runs are listed newest first; output is given per task; an unknown run does not exist."""
    client = factory.deployer.client
    job_id = factory.create_demo(_TRAINING, wheel_task("a"), wheel_task("b"))
    first, second = factory.run(job_id), factory.run(job_id)
    listed = list(client.jobs.list_runs(job_id=job_id, limit=1))
    assert [run.run_id for run in listed] == [second.run_id, first.run_id]
    assert not list(client.jobs.list_runs(job_id=job_id, active_only=True))
    expanded = next(iter(client.jobs.list_runs(job_id=job_id, expand_tasks=True)))
    assert [task.task_key for task in expanded.tasks or []] == ["a", "b"]
    with pytest.raises(DatabricksError, match="multiple tasks"):
        client.jobs.get_run_output(first.run_id or 0)
    task_run = client.jobs.get_run(task_of(first, "a").run_id or 0)
    assert (task_run.job_run_id, task_run.run_name) == (first.run_id, "a")
    with pytest.raises(DatabricksError, match="does not exist"):
        client.jobs.get_run(5)
