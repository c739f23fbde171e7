"""Starting, finding and stopping the account's process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from infra.local import daemon
from infra.local.folder import PROJECT, Folder

# The process is meant to outlive whoever starts it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder of its own; whatever runs in it is stopped."""
    return Folder(tmp_path / "account")


def command(folder: Folder, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m infra.local …` on a folder."""
    environment = {**os.environ, "LOCAL_FOLDER": str(folder.root)}
    words = (sys.executable, "-m", "infra.local", *words)
    return subprocess.run(
        words, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=90, check=False
    )


def test_life_of_the_process(folder: Folder) -> None:
    """It starts once, answers, comes back at the same address after a kill, and stops."""
    assert daemon.find(folder) is None
    first = daemon.start(folder)
    assert daemon.start(folder) == first
    assert httpx.get(f"{first.host}/api/2.0/anything").status_code == 401
    assert command(folder, "serve").stderr.splitlines() == [
        f"local: {folder.root} is served by another process already"
    ]
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    second = daemon.start(folder)
    assert second.host == first.host
    assert second.pid != first.pid
    assert daemon.stop(folder)
    assert not daemon.stop(folder)
    with pytest.raises(httpx.ConnectError):
        httpx.get(second.host)


def test_another_program_of_the_same_number_is_not_the_account(folder: Folder) -> None:
    """What a killed account left behind does not make a stranger's process one."""
    folder.root.mkdir()
    folder.lock.touch()
    folder.ready.write_text(json.dumps({"pid": os.getpid(), "host": "http://127.0.0.1:1", "reattach": "{}"}))
    assert daemon.find(folder) is None
    assert not daemon.stop(folder)


def test_a_taken_port_is_one_clear_line(folder: Folder) -> None:
    """When another program has taken the account's port, the start says so and leaves nothing running."""
    host = daemon.start(folder).host
    daemon.stop(folder)
    port = host.rpartition(":")[2]
    other = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1"]
    with subprocess.Popen(other, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while not _answers(host):
                time.sleep(0.05)
            finished = command(folder, "up")
        finally:
            server.terminate()
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert f"Port {port}" in line
    assert "taken by another process" in line
    assert daemon.find(folder) is None


def _answers(host: str) -> bool:
    try:
        httpx.get(host)
    except httpx.ConnectError:
        return False
    return True
