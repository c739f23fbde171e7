"""The account's side of the process that tasks are forked from."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RUNTIME = Path(__file__).with_name("runtime")
_HEADER = struct.Struct("!I")
_STOP_SECONDS = 1
ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
    "LANG": "C.UTF-8",
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PYTHONUNBUFFERED": "1",
    "TZ": "UTC",
    "OMP_WAIT_POLICY": "PASSIVE",  # idle threads leave the cores to other tasks
}


class TaskHostError(Exception):
    """The host is gone, and with it its tasks."""


@dataclass(frozen=True)
class Command:
    """One task: where it runs, with which environment and arguments, and what it calls."""

    name: str
    entry: str
    arguments: list[str]
    environment: Mapping[str, str]
    folder: str
    path: list[str]
    outcome: str


class TaskProcess:
    """A task's process group."""

    def __init__(self, host: TaskHost, number: int) -> None:
        self._host = host
        self._number = number
        self._ended = threading.Event()
        self._status: int | None = None

    def wait(self, seconds: float | None) -> int | None:
        """The exit code (negative: a signal's number); None when it runs after the seconds.

        TaskHostError when the host has gone.
        """
        if not self._ended.wait(seconds):
            return None
        if self._status is None:
            raise TaskHostError("The process that ran the task is gone.")
        return self._status

    def kill(self) -> None:
        """End the task and all its processes at once."""
        self._host.send({"kill": self._number})

    def end(self, status: int | None) -> None:
        """For the host: this is how it ended, or it is unknown."""
        self._status = status
        self._ended.set()


class TaskHost:
    """Starts tasks in a host process that is started when the first task needs it."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._numbers = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._tasks: dict[int, TaskProcess] = {}
        self._closed = False

    def start(self, command: Command, output: int) -> TaskProcess:
        """Start a task that writes to a file descriptor, which stays the caller's to close."""
        with self._lock:
            if self._closed:
                raise TaskHostError("The local account is being stopped.")
            if self._socket is None:
                self._socket = self._spawn()
            self._numbers += 1
            task = TaskProcess(self, self._numbers)
            self._tasks[self._numbers] = task
        self.send({"start": task._number, **asdict(command)}, output)
        return task

    def stop(self) -> None:
        """End the host and every task; none can be started any more."""
        with self._lock:
            self._closed = True
            connection, process = self._socket, self._process
        if connection and process:
            connection.shutdown(socket.SHUT_RDWR)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:  # it imports, and has no task yet
                process.kill()
                process.wait()

    def send(self, message: Mapping[str, Any], *descriptors: int) -> None:
        """Send one message; TaskHostError when the host is gone."""
        body = json.dumps(message).encode()
        connection = self._socket
        if connection is None:
            raise TaskHostError("The process that runs tasks is gone.")
        try:
            with self._sending:
                socket.send_fds(connection, [_HEADER.pack(len(body))], descriptors)
                connection.sendall(body)
        except OSError as error:
            raise TaskHostError(f"The process that runs tasks is gone: {error}") from error

    def _spawn(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-u", "-m", "dbruntime.host"],
                stdin=theirs.fileno(),
                stdout=log,
                stderr=log,
                env={**ENVIRONMENT, "PYTHONPATH": str(RUNTIME)},
                cwd=self._log.parent,
                start_new_session=True,
            )
        theirs.close()
        arguments = (ours, self._process)
        threading.Thread(target=self._listen, args=arguments, name="task-host", daemon=True).start()
        return ours

    def _listen(self, connection: socket.socket, process: subprocess.Popen[bytes]) -> None:
        """Pass on how tasks end, until the host is gone; then none of them runs any more."""
        with connection.makefile("rb") as stream:
            while len(header := stream.read(_HEADER.size)) == _HEADER.size:
                message = json.loads(stream.read(_HEADER.unpack(header)[0]))
                if "ended" in message:
                    with self._lock:
                        task = self._tasks.pop(message["ended"])
                    task.end(message["status"])
        process.wait()
        with self._lock:
            self._socket = None
            orphans, self._tasks = list(self._tasks.values()), {}
        connection.close()
        for task in orphans:
            task.end(None)
