"""Child processes: reached with their key only, kept apart from our environment, never left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from infra.local.workspace.children.child import Child, ChildError

_APPLICATION = Path(__file__).with_name("greeter.py")


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    """A process that answers with the names of its environment variables."""
    monkeypatch.setenv("DATABRICKS_TOKEN", "someone-s")
    started = _start(tmp_path)
    yield started
    started.stop()


def _start(folder: Path, **settings: Any) -> Child:
    return Child(_APPLICATION, settings, log=folder / "log", environment={"GREETING": "hello"})


def test_requests_wait_until_it_is_built(child: Child) -> None:
    """The port is open before the application is there; its environment has what it was given."""
    names = child.request("GET", "/", timeout_seconds=30).text.split()
    assert "GREETING" in names
    assert "DATABRICKS_TOKEN" not in names


def test_only_who_has_the_key_is_let_in(child: Child) -> None:
    """Loopback is shared with every process of the machine."""
    child.wait_ready("/", 30)
    assert httpx.get(child.url, trust_env=False).status_code == 403


def test_it_ends_with_its_parent_s_pipe(child: Child) -> None:
    """However the account ends, the pipe is closed, and so the process ends."""
    child.wait_ready("/", 30)
    process = psutil.Process(child.pid)
    child.abandon()
    assert process.wait(10) is not None


def test_a_failure_to_build_says_why(tmp_path: Path) -> None:
    """The log's last lines are the error's text."""
    broken = _start(tmp_path, broken=True)
    with pytest.raises(ChildError, match="broken on purpose"):
        broken.wait_ready("/", 30)
    broken.stop()


def test_two_never_share_what_a_lock_guards(tmp_path: Path) -> None:
    """The second waits until the first is gone, even if that one hangs about after its account."""
    lock = str(tmp_path / "lock")
    first = _start(tmp_path, lock=lock)
    first.wait_ready("/", 30)
    second = _start(tmp_path, lock=lock)
    with pytest.raises(ChildError, match="No answer"):
        second.wait_ready("/", 1)
    first.stop()
    second.wait_ready("/", 30)
    second.stop()
