"""What becomes of a refresh when the account is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.workspace.platform import LocalAccount

pytestmark = pytest.mark.slow  # kills and restarts a whole account


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder of an account that was killed between its two writes, and what it had said."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.infra.local.workspace.monitors.victim", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout
        found: dict[str, Any] = json.loads(victim.stdout.readline())
        victim.send_signal(signal.SIGKILL)
    return folder, found


@pytest.fixture(scope="module")
def account(said: tuple[Path, dict[str, Any]]) -> Iterator[LocalAccount]:
    """The account at its next start."""
    account = LocalAccount(said[0])
    account.start()
    yield account
    account.stop()


def test_a_later_refresh_succeeds(account: LocalAccount, said: tuple[Path, dict[str, Any]]) -> None:
    """The refresh under way has failed, saying why; the metrics can be read, and the next one succeeds."""
    _, found = said
    table, workspace_id = found["table"], found["workspace"]
    caller = account.directory.caller(found["owner"], workspace_id)
    assert caller is not None
    interrupted, first = account.monitors.list_refreshes(caller, workspace_id, table)
    assert (interrupted["state"], interrupted["message"]) == ("FAILED", "The local account was stopped.")
    assert first["state"] == "SUCCESS"

    def count(kind: str) -> int:
        name = f"{found['metrics']}.victim_{kind}_metrics"
        sql = f"SELECT count(DISTINCT window.start) AS n FROM {name}"
        rows: list[dict[str, int]] = account.engine.execute(caller, workspace_id, sql).to_pylist()
        return rows[0]["n"]

    assert (count("profile"), count("drift")) == (2, 0)
    refresh = account.monitors.run_refresh(caller, workspace_id, table)["refresh_id"]
    while (state := account.monitors.get_refresh(caller, workspace_id, table, refresh)["state"]) in {
        "PENDING",
        "RUNNING",
    }:
        time.sleep(0.05)
    assert state == "SUCCESS"
    assert (count("profile"), count("drift")) == (3, 1)
