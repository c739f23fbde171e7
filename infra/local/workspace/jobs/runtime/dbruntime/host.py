"""What tasks are forked from: a process that has imported the heavy libraries already.

Started with `python -P -u -m dbruntime.host` and only this package's folder on its path, so
that nothing of the repository can be imported by a job. Commands come as JSON over the socket
on standard input; one that starts a task brings the task's output along as a descriptor. The
socket's end, however the account ended, is the end of the host and of every task. Before a fork
nothing but imports happens here: no thread, no connection, so a task finds the libraries as if
it had imported them itself.
"""

from __future__ import annotations

import array
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import random
import selectors
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from dbruntime import entry  # type: ignore[import-not-found] # on the path of tasks only

LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "pyspark.sql.connect.session",
    "databricks.sdk",
    "mlflow.pyfunc",
    "mlflow.sklearn",
    "mlflow.lightgbm",
    "sklearn.ensemble",
    "lightgbm",
    "optuna",
)
_HEADER = struct.Struct("!I")
_PR_SET_PDEATHSIG = 1


class Host:
    """Starts tasks, kills them on command, and tells how they ended."""

    def __init__(self, account: socket.socket) -> None:
        self._account = account
        self._children: dict[int, int] = {}  # process id → the command's number
        self._selector = selectors.DefaultSelector()
        self._wake, self._wake_writer = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._wake_writer, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        self._selector.register(account, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)

    def serve(self) -> dict[str, Any]:
        """Return, in a forked process, the task that it is to run; the host itself never returns."""
        while True:
            ready = {key.fd for key, _ in self._selector.select()}
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._reap()
            if self._account.fileno() in ready:
                command, output = self._receive()
                if command is None:
                    self._end()
                elif "kill" in command:
                    self._kill(command["kill"])
                elif self._fork(command, output):
                    return command

    def _receive(self) -> tuple[dict[str, Any] | None, int]:
        header, descriptors = _read_header(self._account)
        if len(header) < _HEADER.size:
            return None, -1
        (size,) = _HEADER.unpack(header)
        body = b""
        while len(body) < size:
            part = self._account.recv(size - len(body))
            if not part:
                return None, -1
            body += part
        return json.loads(body), descriptors[0] if descriptors else -1

    def _fork(self, command: dict[str, Any], output: int) -> bool:
        """Whether this is the new process."""
        host = os.getpid()
        process_id = os.fork()
        if process_id:
            self._children[process_id] = command["start"]
            os.close(output)
            self._tell({"started": command["start"], "pid": process_id})
            return False
        os.setsid()
        _die_with(host)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, standard in ((nothing, self._account.detach()), (output, 1), (output, 2)):
            os.dup2(source, standard)
        for descriptor in (nothing, output, self._wake, self._wake_writer):
            os.close(descriptor)
        return True

    def _reap(self) -> None:
        """Report every ended task, and end what it left behind in its group."""
        while self._children:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return
            _kill_group(ended.si_pid)
            _, status = os.waitpid(ended.si_pid, 0)
            number = self._children.pop(ended.si_pid)
            self._tell({"ended": number, "status": os.waitstatus_to_exitcode(status)})

    def _kill(self, number: int) -> None:
        for process_id, known in self._children.items():
            if known == number:
                _kill_group(process_id)

    def _end(self) -> None:
        for process_id in self._children:
            _kill_group(process_id)
        os._exit(0)

    def _tell(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        try:
            self._account.sendall(_HEADER.pack(len(body)) + body)
        except BrokenPipeError:
            self._end()


def _read_header(account: socket.socket) -> tuple[bytes, list[int]]:
    header, descriptors = b"", array.array("i")
    while len(header) < _HEADER.size:
        space = socket.CMSG_SPACE(descriptors.itemsize)
        part, extra, _, _ = account.recvmsg(_HEADER.size - len(header), space)
        for level, kind, data in extra:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors.frombytes(data)
        if not part:
            break
        header += part
    return header, list(descriptors)


def _kill_group(process_id: int) -> None:
    try:
        os.killpg(process_id, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        os.kill(process_id, signal.SIGKILL)  # it has no group yet, or no longer; it is our child


def _die_with(host: int) -> None:
    """End with the host even if that is killed; where the system can't, the socket's end does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != host:
            os._exit(1)


def import_libraries() -> None:
    """Import what tasks need and is there; anything but an import would not survive a fork."""
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    if threading.active_count() > 1:
        raise SystemExit(f"An import has started threads: {threading.enumerate()}")
    gc.collect()
    gc.freeze()


def become(task: dict[str, Any]) -> None:
    """Take the task's environment, folder, path and arguments; share no randomness with others."""
    os.environ.clear()
    os.environ.update(task["environment"])
    time.tzset()
    os.chdir(task["folder"])
    tempfile.tempdir = None
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.path[:0] = task["path"]
    sys.argv = [task["name"], *task["arguments"]]
    importlib.invalidate_caches()


def main() -> None:
    """Serve the account; in each fork, run a task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    account = socket.socket(fileno=0)
    import_libraries()
    task = Host(account).serve()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    become(task)
    entry.run(task["entry"], Path(task["outcome"]))


if __name__ == "__main__":
    main()
