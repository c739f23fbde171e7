"""What a task's process sees: its principal's token, its runtime, and nothing of the account's."""

from __future__ import annotations

import json
import os
import re
import signal

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors.platform import Unauthenticated

from tests.infra.local.workspace.jobs.factory import Factory, result_of, wheel_task

_SOURCE = """
import json
import os
import sys

def main():
    print(json.dumps({"environment": dict(os.environ), "path": sys.path, "folder": os.getcwd()}))

def whoami():
    from databricks.sdk import WorkspaceClient
    client = WorkspaceClient()
    print("me", client.current_user.me().user_name)
    print("same", client.dbutils.jobs.taskValues is not None)

def query():
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.getOrCreate()
    print("sum", spark.sql("select sum(id) from range(10)").collect()[0][0])
    from databricks.sdk.runtime import spark as lazy
    print("lazy", lazy.range(3).count())

def values():
    from databricks.sdk.runtime import dbutils
    for value in ({1, 2}, "x" * 50_000):
        try:
            dbutils.jobs.taskValues.set("k", value)
        except ValueError as error:
            print(str(error)[:40])

def draw():
    import numpy
    import random
    print(numpy.random.rand(), random.random())

def host():
    import time
    print("host", os.getppid(), flush=True)
    time.sleep(300)

def shout():
    print("x" * (12 << 20))
    print("the end")
"""


def test_environment_is_minimal(factory: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task sees its settings and none of the account's own environment or code."""
    monkeypatch.setenv("SECRET_OF_THE_ACCOUNT", "x")
    run = factory.run(factory.create_demo(_SOURCE, wheel_task("show")))
    seen = json.loads(factory.output(run, "show").logs or "")
    environment = seen["environment"]
    assert environment["DATABRICKS_HOST"] == factory.workspace.url
    assert environment["MLFLOW_REGISTRY_URI"] == "databricks-uc"
    assert environment["SPARK_REMOTE"].endswith(f"/;token={environment['DATABRICKS_TOKEN']}")
    assert not {name for name in environment if "SECRET" in name or "PYTEST" in name}
    assert str(factory.local_account.folder / "runs") in seen["folder"]
    with pytest.raises(Unauthenticated):
        WorkspaceClient(host=factory.workspace.url, token=environment["DATABRICKS_TOKEN"]).jobs.get(1)


def test_task_acts_as_the_run_as_principal(factory: Factory) -> None:
    """The SDK in a task is configured, and authenticated as whom the job runs as."""
    run = factory.run(factory.create_demo(_SOURCE, wheel_task("who", "whoami")))
    assert factory.output(run, "who").logs == f"me {factory.runner.principal.name}\nsame True\n"


def test_task_reaches_spark(factory: Factory) -> None:
    """Spark Connect is there by SparkSession.builder and as the runtime's spark."""
    run = factory.run(factory.create_demo(_SOURCE, wheel_task("query", "query")))
    output = factory.output(run, "query")
    assert result_of(run) == "SUCCESS", output.logs
    assert output.logs == "sum 45\nlazy 3\n"


def test_task_values_are_small_json(factory: Factory) -> None:
    """A value that is no JSON or over 48 KiB is refused where it is set."""
    run = factory.run(factory.create_demo(_SOURCE, wheel_task("values", "values")))
    log = factory.output(run, "values").logs or ""
    assert log.splitlines()[0].startswith("Task value k can't be written as JSON")
    assert log.splitlines()[1].startswith("Task value k has 50002 bytes")


def test_tasks_draw_different_numbers(factory: Factory) -> None:
    """Processes forked from one host share no random state."""
    job_id = factory.create_demo(_SOURCE, wheel_task("a", "draw"), wheel_task("b", "draw"))
    run = factory.run(job_id)
    first, second = ((factory.output(run, key).logs or "").split() for key in "ab")
    assert not set(first) & set(second)


def test_logs_are_bounded(factory: Factory) -> None:
    """Of a long log the last 5 MB are given, and the file stays bounded."""
    run = factory.run(factory.create_demo(_SOURCE, wheel_task("shout", "shout")))
    output = factory.output(run, "shout")
    assert output.logs_truncated
    assert (output.logs or "").endswith("x\nthe end\n")
    path = factory.jobs.log_path(factory.workspace.id, (run.tasks or [])[0].run_id or 0)
    assert path.stat().st_size < 11 << 20


def test_a_dead_host_fails_its_tasks_only(factory: Factory) -> None:
    """When the process that tasks are forked from dies, its tasks fail, and later ones run."""
    jobs = factory.deployer.client.jobs
    job_id = factory.create_demo(_SOURCE, wheel_task("host", "host"))
    run_id = jobs.run_now(job_id).run_id
    while not (said := re.match(r"host (\d+)\n", jobs.get_run_output(run_id).logs or "")):
        factory.wait(run_id, "RUNNING")
    os.kill(int(said[1]), signal.SIGKILL)
    run = factory.wait(run_id)
    assert factory.output(run, "host").error == "The process that ran the task is gone."
    assert result_of(factory.run(factory.create_demo(_SOURCE, wheel_task("show")))) == "SUCCESS"


def test_named_parameters_get_the_jobs(factory: Factory) -> None:
    """Job parameters are passed to tasks with named parameters, and win."""
    wheel = {"package_name": "demo", "entry_point": "show", "named_parameters": {"a": "1", "b": "2"}}
    source = "import sys\ndef show():\n    print(sys.argv)\n"
    task = {"task_key": "show", "environment_key": "default", "python_wheel_task": wheel}
    job_id = factory.create_demo(source, task, parameters=[{"name": "b", "default": "3"}])
    assert factory.output(factory.run(job_id), "show").logs == "['show', '--a=1', '--b=3']\n"
