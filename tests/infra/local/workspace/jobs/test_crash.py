"""What becomes of runs when the account is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.local.workspace.platform import LocalAccount
from infra.local.workspace.store import Store
from tests.infra.local.workspace.jobs.factory import wait_for_end
from tests.infra.local.workspace.notifications.inbox import wait_for_mail

pytestmark = pytest.mark.slow  # kills and restarts whole accounts


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder of an account that was killed with a run under way, and what it had said."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.infra.local.workspace.jobs.victim", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout
        said: dict[str, Any] = json.loads(victim.stdout.readline())
        victim.send_signal(signal.SIGKILL)
    return folder, said


def test_no_process_outlives_the_account(killed: tuple[Path, dict[str, Any]]) -> None:
    """Tasks, their children and their host end with a killed account."""
    _, said = killed
    assert not wait_for_end([int(pid) for pid in said["pids"].split()])


def test_runs_are_marked_and_queued_ones_start(killed: tuple[Path, dict[str, Any]]) -> None:
    """At the next start the run under way has failed, saying why to all, and the queued one goes on."""
    folder, said = killed
    account = LocalAccount(folder)
    account.start()
    try:
        caller = account.directory.caller(said["principal"], said["workspace"])
        assert caller is not None
        run = account.jobs.runs.get(caller, said["workspace"], said["running"])
        assert (run["state"], run["result"]) == ("INTERNAL_ERROR", "FAILED")
        assert run["message"] == "The local account was stopped."
        assert [attempt["result"] for attempt in run["attempts"]] == ["FAILED", "CANCELED"]
        told = wait_for_mail(folder, "Job killed failed").get_content()
        assert "Task sleep: The local account was stopped." in told
        queued = account.jobs.runs.get(caller, said["workspace"], said["queued"])
        assert queued["state"] in {"RUNNING", "PENDING"}
    finally:
        account.stop()
    store = Store(folder / "store.db")
    states = {document["state"] for document in store.collection("job_runs").all()}
    store.close()
    assert states == {"INTERNAL_ERROR"}
