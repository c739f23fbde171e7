"""Runs that are cancelled, timed out, retried, queued and repaired."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.jobs import QueueSettings

from tests.infra.local.workspace.jobs.factory import (
    Factory,
    result_of,
    results_of,
    state_of,
    task_of,
    wait_for_end,
    wheel_task,
)

_POLL_SECONDS = 0.05
_START_SECONDS = 60
_SOURCE = """
import os
import subprocess
import sys
import time
from pathlib import Path

def main():
    child = subprocess.Popen(["sleep", "300"])
    Path(sys.argv[1]).write_text(f"{os.getpid()} {child.pid}")
    print("started", flush=True)
    time.sleep(300)

def quick():
    print("done")

def third_time():
    count = Path(sys.argv[1])
    tries = len(count.read_text()) if count.exists() else 0
    count.write_text("x" * (tries + 1))
    if tries < 2:
        raise OSError(f"try {tries}")
"""


def _processes(path: Path) -> list[int]:
    return [int(number) for number in path.read_text().split()]


def _run_log(factory: Factory, run_id: int | None) -> None:
    """Return once the run's only task has written its first line."""
    assert run_id
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if "started" in (factory.deployer.client.jobs.get_run_output(run_id).logs or ""):
            return
        factory.wait(run_id, "RUNNING")
        time.sleep(_POLL_SECONDS)
    raise TimeoutError("the task has not started")


def test_cancel_kills_every_process(factory: Factory, tmp_path: Path) -> None:
    """A cancelled run ends at once with its process group; what waited never starts."""
    pids = tmp_path / "pids"
    job_id = factory.create_demo(
        _SOURCE, wheel_task("sleep", "start", str(pids)), wheel_task("next", after="sleep")
    )
    client = factory.deployer.client
    run_id = client.jobs.run_now(job_id).run_id
    sleeping = task_of(client.jobs.get_run(run_id), "sleep").run_id
    _run_log(factory, sleeping)
    client.jobs.cancel_run(run_id)
    run = factory.wait(run_id)
    assert (state_of(run), result_of(run)) == ("TERMINATED", "CANCELED")
    assert results_of(run) == {"sleep": "CANCELED", "next": "CANCELED"}
    assert not wait_for_end(_processes(pids))


def test_timeouts_of_task_and_job(factory: Factory, tmp_path: Path) -> None:
    """A task over its time is TIMEDOUT and fails the run; a run over its time is TIMEDOUT itself."""
    argument = str(tmp_path / "pids")
    source = factory.create_demo(_SOURCE, wheel_task("sleep", "start", argument, timeout_seconds=1))
    run = factory.run(source)
    assert (result_of(run), results_of(run)) == ("FAILED", {"sleep": "TIMEDOUT"})
    whole = factory.create_demo(_SOURCE, wheel_task("sleep", "start", argument), timeout_seconds=1)
    run = factory.run(whole)
    assert (state_of(run), result_of(run)) == ("TERMINATED", "TIMEDOUT")
    assert not wait_for_end(_processes(tmp_path / "pids"))


def test_retries_are_attempts(factory: Factory, tmp_path: Path) -> None:
    """A task is tried again as often as it may; each attempt has its own id, number and log."""
    task = wheel_task(
        "flaky", "third_time", str(tmp_path / "tries"), max_retries=3, min_retry_interval_millis=10
    )
    run = factory.run(factory.create_demo(_SOURCE, task))
    assert result_of(run) == "SUCCESS"
    attempts = [(attempt.attempt_number, result_of(attempt)) for attempt in run.tasks or []]
    assert attempts == [(0, "FAILED"), (1, "FAILED"), (2, "SUCCESS")]
    first = factory.deployer.client.jobs.get_run_output((run.tasks or [])[0].run_id or 0)
    assert first.error == "OSError: try 0"


def test_concurrent_runs_queue_or_are_skipped(factory: Factory, tmp_path: Path) -> None:
    """Over max_concurrent_runs a run waits for its turn, or, without a queue, is skipped."""
    job_id = factory.create_demo(_SOURCE, wheel_task("sleep", "start", str(tmp_path / "pids")))
    jobs = factory.deployer.client.jobs
    first, second = (jobs.run_now(job_id).run_id for _ in range(2))
    queued = factory.wait(second, "QUEUED")
    assert queued.status is not None
    assert queued.status.as_dict()["state"] == "QUEUED"
    skipped = factory.wait(jobs.run_now(job_id, queue=QueueSettings(enabled=False)).run_id)
    assert (state_of(skipped), result_of(skipped)) == ("SKIPPED", "MAXIMUM_CONCURRENT_RUNS_REACHED")
    jobs.cancel_run(first)
    factory.wait(second, "RUNNING")
    third = jobs.run_now(job_id).run_id
    jobs.cancel_all_runs(job_id=job_id)
    assert [result_of(factory.wait(run)) for run in (first, second, third)] == ["CANCELED"] * 3


def test_idempotency_token_gives_the_same_run(factory: Factory) -> None:
    """A token starts one run, however often it is sent."""
    job_id = factory.create_demo(_SOURCE, wheel_task("quick", "quick"))
    jobs = factory.deployer.client.jobs
    ids = {jobs.run_now(job_id, idempotency_token=token).run_id for token in ("a", "a", "b", "a")}
    assert len(ids) == 2
    for run_id in ids:
        factory.wait(run_id)


def test_repair_runs_what_failed_again(factory: Factory, tmp_path: Path) -> None:
    """A repair tries failed and skipped tasks again within the run, and is kept in its history."""
    count = tmp_path / "tries"
    job_id = factory.create_demo(
        _SOURCE,
        wheel_task("fine", "quick"),
        wheel_task("flaky", "third_time", str(count), after="fine"),
        wheel_task("after", "quick", after="flaky"),
    )
    jobs = factory.deployer.client.jobs
    run = factory.run(job_id)
    assert results_of(run) == {"fine": "SUCCESS", "flaky": "FAILED", "after": "UPSTREAM_FAILED"}
    count.write_text("xx")
    jobs.repair_run(run.run_id or 0, rerun_all_failed_tasks=True)
    repaired = factory.wait(run.run_id)
    assert result_of(repaired) == "SUCCESS"
    assert [task.task_key for task in repaired.tasks or []] == ["fine", "flaky", "after", "flaky", "after"]
    assert results_of(repaired) == dict.fromkeys(("fine", "flaky", "after"), "SUCCESS")
    history = jobs.get_run(run.run_id or 0, include_history=True).repair_history or []
    assert [item.type.value for item in history if item.type] == ["ORIGINAL", "REPAIR"]
    with pytest.raises(DatabricksError, match="latest_repair_id"):
        jobs.repair_run(run.run_id or 0, rerun_tasks=["after"])
    jobs.repair_run(run.run_id or 0, rerun_tasks=["after"], latest_repair_id=history[-1].id)
    assert len(factory.wait(run.run_id).tasks or []) == 6


def test_a_run_keeps_its_wheel(factory: Factory, tmp_path: Path) -> None:
    """A wheel that is replaced while a run is under way changes later runs only."""
    wait = "import sys, time\nfrom pathlib import Path\n"
    wait += "def wait():\n    while not Path(sys.argv[1]).exists():\n        time.sleep(0.02)\n"
    path = factory.put_wheel(f"{wait}def main():\n    print('old')\n")
    signal = tmp_path / "go"
    tasks = [wheel_task("wait", "wait", str(signal)), wheel_task("show", after="wait")]
    job_id = factory.create(
        tasks, environments=[{"environment_key": "default", "spec": {"client": "2", "dependencies": [path]}}]
    )
    run_id = factory.deployer.client.jobs.run_now(job_id).run_id
    factory.put_wheel(f"{wait}def main():\n    print('new')\n", path=path)
    signal.touch()
    assert factory.output(factory.wait(run_id), "show").logs == "old\n"
    assert factory.output(factory.run(job_id), "show").logs == "new\n"
