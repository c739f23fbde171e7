"""Starts the account's process in the background, and stops it."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from infra.local.folder import PROJECT, Folder
from infra.local.hook import PASSWORD_VARIABLE, find_address

_START_SECONDS = 120  # of a machine that is busy with other things
_STOP_SECONDS = 60


class DaemonError(Exception):
    """The account's process did not start or stop as asked."""


@dataclass(frozen=True)
class Daemon:
    """A running account: its process and how clients on this machine reach it."""

    folder: Folder
    pid: int
    host: str
    reattach: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which cdktf, Terraform and Databricks clients find this account."""
        return {
            "TARGET": "local",
            "LOCAL_FOLDER": str(self.folder.root),
            "DATABRICKS_CONFIG_FILE": str(self.folder.profiles),
            "TF_REATTACH_PROVIDERS": self.reattach,
            "CHECKPOINT_DISABLE": "1",
            "CDKTF_SKIP_PROVIDER_LOCK": "true",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
            **({PASSWORD_VARIABLE: address.password} if (address := find_address(self.folder)) else {}),
        }


def find(folder: Folder) -> Daemon | None:
    """The folder's running account, if there is one."""
    try:
        ready = json.loads(folder.ready.read_text())
    except FileNotFoundError:
        return None  # without a look at the lock, which a process that is starting is about to take
    if not _is_served(folder):
        return None
    return Daemon(folder, ready["pid"], ready["host"], ready["reattach"])


def start(folder: Folder) -> Daemon:
    """The folder's account, started where it was not running; returns once it answers."""
    running = find(folder)
    if running:
        return running
    folder.root.mkdir(parents=True, exist_ok=True)
    folder.ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "infra.local", "serve"]
    environment = {**os.environ, "LOCAL_FOLDER": str(folder.root)}
    with folder.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (our own module)
            command,
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    daemon = _wait_until_ready(folder, process)
    if folder.is_default:
        write_dotenv(daemon)
    return daemon


def stop(folder: Folder) -> bool:
    """Stop the folder's account and wait until it is gone; False where none was running."""
    running = find(folder)
    if running is None:
        return False
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while find(folder) is not None or _is_alive(running.pid):
        if time.monotonic() > deadline:
            raise DaemonError(f"process {running.pid} does not stop; see {folder.log}")
        time.sleep(0.05)
    return True


def write_dotenv(daemon: Daemon) -> None:
    """Let plain `pipenv run cdktf …` in this checkout mean the running local account."""
    lines = [f"{name}={shlex.quote(value)}" for name, value in daemon.environment.items()]
    text = "# Written by `make local`; git-ignored. Remove it to leave the local account.\n"
    (PROJECT / ".env").write_text(text + "\n".join(lines) + "\n")


def _wait_until_ready(folder: Folder, process: subprocess.Popen[bytes]) -> Daemon:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        daemon = find(folder)
        if daemon:
            return daemon
        if process.poll() is not None:
            lines = folder.log.read_text(errors="replace").strip().splitlines()
            raise DaemonError(
                f"the local account did not start: {lines[-1] if lines else 'no output'} ({folder.log})"
            )
        time.sleep(0.05)
    process.kill()
    raise DaemonError(f"the local account did not answer within {_START_SECONDS} s; see {folder.log}")


def _is_served(folder: Folder) -> bool:
    """Whether a process holds the folder's lock; a number in a file may be another program's by now."""
    try:
        with folder.lock.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _is_alive(pid: int) -> bool:
    try:
        finished, _ = os.waitpid(pid, os.WNOHANG)  # ours, where it was started by this very process
    except ChildProcessError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    return finished == 0
