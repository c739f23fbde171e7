"""Sail servers: one for new sessions, and older ones that still have sessions."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import grpc

from infra.local.workspace.engine.identifiers import quote
from infra.local.workspace.errors import UnavailableError

_CHILD = Path(__file__).with_name("child.py")
_HIDDEN = ("DATABRICKS_", "UNITY_", "UC_", "SAIL_", "MLFLOW_", "SPARK_")
_STOP_SECONDS = 5
_SESSION_SECONDS = 7 * 24 * 3600  # the gateway ends sessions itself; Sail never does before it
_CHANNEL = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_STACK_BYTES = 128 * 1024 * 1024  # deep plans are read by recursion: 8 MB, the default, end at 250 steps
OWN_CATALOG = "sail"
SYSTEM_ALIAS = "account_system"  # Sail has a catalog `system` of its own
_CALLED = {"system": SYSTEM_ALIAS}


class SailServer:
    """One Sail process that knows a fixed set of catalogs.

    Its port asks nobody who they are: only the gateways are meant to find it. This keeps apart
    people who work together; it is no boundary against a program on the same machine.
    """

    def __init__(self, catalogs: Sequence[str], *, door: str, secret: str, log: Path) -> None:
        self.catalogs = tuple(catalogs)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and our own file
                [sys.executable, "-P", str(_CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                env=_environment(self.catalogs, door, secret),
                text=True,
            )
        self.channel: Any = grpc.insecure_channel(f"127.0.0.1:{self._read_port(log)}", options=_CHANNEL)
        self.sessions = 0

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def wait(self) -> int:
        """Return the exit code once the process has ended."""
        return self._process.wait()

    def stop(self) -> None:
        """End the process and whatever runs in it."""
        self.channel.close()
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _read_port(self, log: Path) -> int:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.strip().isdigit():
            self._process.wait(_STOP_SECONDS)
            raise UnavailableError(f"The SQL engine did not start; see {log}.")
        return int(line)


class SailServers:
    """Gives every session a server that knows the catalogs of its first moment."""

    def __init__(self, catalog_names: Callable[[], Sequence[str]], *, secret: str, log: Path) -> None:
        self._catalog_names = catalog_names
        self._secret = secret
        self._log = log
        self._lock = threading.Lock()
        self._servers: list[SailServer] = []
        self.door = ""

    def acquire(self) -> SailServer:
        """The server for a new session; give it back with `release`."""
        names = tuple(sorted(self._catalog_names()))
        with self._lock:
            ended = [server for server in self._servers if not server.running]
            self._servers = [server for server in self._servers if server not in ended]
            if not self._servers or self._servers[-1].catalogs != names:
                self._servers.append(SailServer(names, door=self.door, secret=self._secret, log=self._log))
            self._servers[-1].sessions += 1
            unused = [*ended, *self._take_unused()]
            current = self._servers[-1]
        for server in unused:
            server.stop()
        return current

    def release(self, server: SailServer) -> None:
        """Say that a session has ended; an outdated server without sessions stops."""
        with self._lock:
            server.sessions -= 1
            unused = self._take_unused()
        for each in unused:
            each.stop()

    def running(self) -> list[SailServer]:
        """The servers that are there."""
        with self._lock:
            return [server for server in self._servers if server.running]

    def stop(self) -> None:
        """End all servers."""
        with self._lock:
            servers, self._servers = self._servers, []
        for server in servers:
            server.stop()

    def _take_unused(self) -> list[SailServer]:
        unused = [server for server in self._servers[:-1] if server.sessions <= 0]
        self._servers = [server for server in self._servers if server not in unused]
        return unused


def read_reference(name: str) -> str:
    """A table's full name as Sail is to read it."""
    catalog, *rest = name.split(".")
    return quote((_CALLED.get(catalog, catalog), *rest))


def _environment(catalogs: Sequence[str], door: str, secret: str) -> dict[str, str]:
    """The account's environment without what would change Sail's settings, and with ours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_HIDDEN)}
    entries = [f'{{type="memory", name="{OWN_CATALOG}", initial_database=["default"]}}']
    entries += [
        f'{{type="unity", name="{_CALLED.get(name, name)}", uri="{door}", default_catalog="{name}", '
        f'token="{secret}"}}'
        for name in catalogs
    ]
    return kept | {
        "SAIL_CATALOG__LIST": f"[{', '.join(entries)}]",
        "SAIL_CATALOG__DEFAULT_CATALOG": OWN_CATALOG,
        "SAIL_SPARK__SESSION_TIMEOUT_SECS": str(_SESSION_SECONDS),
        "TZ": "UTC",
        "RUST_LOG": "warn",
        "SAIL_RUNTIME__STACK_SIZE": str(_STACK_BYTES),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
