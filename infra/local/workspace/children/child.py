"""The account's side of a child process: start, call, stop."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from infra.local.workspace.listeners import LOOPBACK

_ENTRY = Path(__file__).with_name("entry.py")
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH")
_CONNECTIONS = 256
_KILL_SECONDS = 5
_TAIL_BYTES = 4000


class ChildError(Exception):
    """The process ended, or did not answer in time; its message has the log's last lines."""


class Child:
    """A process that serves one ASGI application on a free loopback port, with its own key.

    `application` is a file with `build(settings) -> ASGI application`. The port accepts
    connections from the start: requests wait in its queue until the application is built.
    Its environment has nothing of this process's but what every program needs.
    """

    def __init__(
        self,
        application: Path,
        settings: Mapping[str, Any],
        *,
        log: Path,
        environment: Mapping[str, str],
        drain_seconds: int = 2,
    ) -> None:
        self._log = log
        self._key = secrets.token_hex(20)
        listener = _listen()
        self.url = "http://{}:{}".format(*listener.getsockname())
        self._process = _spawn(listener.fileno(), log, environment)
        self._tell(
            {
                **settings,
                "application": str(application),
                "listener": listener.fileno(),
                "key": self._key,
                "drain_seconds": drain_seconds,
            }
        )
        listener.close()
        self._client = httpx.Client(
            base_url=self.url,
            headers={"x-account-key": self._key},
            trust_env=False,
            limits=httpx.Limits(max_connections=_CONNECTIONS),
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def request(
        self,
        method: str,
        path: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float,
    ) -> httpx.Response:
        """What the application answers; httpx.TransportError where it doesn't.

        httpx.ConnectError says that nothing was sent: the same request may be made again.
        """
        try:
            return self._client.request(
                method, path, content=content, headers=headers, timeout=timeout_seconds
            )
        except RuntimeError as error:  # httpx's answer on a client that `stop` has closed
            raise httpx.ConnectError(str(error)) from error

    def wait_ready(self, path: str, timeout_seconds: float) -> None:
        """Return once the application answers a path with success; ChildError if it does not."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                left = max(deadline - time.monotonic(), 0.1)
                status = self.request("GET", path, timeout_seconds=left).status_code
            except httpx.TimeoutException as error:
                raise ChildError(f"No answer in {timeout_seconds:.0f} s. {self.log_tail()}") from error
            except httpx.TransportError as error:
                self._process.wait(_KILL_SECONDS)
                raise ChildError(self.log_tail()) from error
            if status < 400:
                return
            if time.monotonic() > deadline:
                raise ChildError(f"{path} answers {status} after {timeout_seconds:.0f} s.")
            time.sleep(0.05)

    def wait(self) -> int:
        """Return the exit code once the process has ended."""
        return self._process.wait()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def abandon(self) -> None:
        """Close the pipe to the process, as the end of this process does."""
        if self._process.stdin:
            self._process.stdin.close()

    def stop(self) -> None:
        """End the process; requests under way get its drain seconds."""
        self._process.terminate()
        try:
            self._process.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._client.close()
        self.abandon()

    def log_tail(self) -> str:
        """The last lines that the process has logged."""
        return tail(self._log)

    def _tell(self, settings: Mapping[str, Any]) -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise ChildError("The process has no standard input.")
        pipe.write(json.dumps(settings).encode() + b"\n")
        pipe.flush()


def tail(log: Path) -> str:
    """The last lines of a log; nothing where there is none yet."""
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL_BYTES))
        return stream.read().decode(errors="replace").strip()


def _listen() -> socket.socket:
    listener = socket.socket()
    listener.bind((LOOPBACK, 0))
    listener.listen(_CONNECTIONS)
    return listener


def _spawn(listener: int, log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    command = [sys.executable, "-P", "-u", str(_ENTRY)]
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 (this interpreter, this repository's script)
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(listener,),
            env={**inherited, **environment},
            start_new_session=True,
        )
