"""The MLflow server behind all workspaces: one child process, kept running."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from infra.local.workspace.children.child import Child, ChildError
from infra.local.workspace.errors import UnavailableError

_log = logging.getLogger(__name__)
_APPLICATION = Path(__file__).with_name("application.py")
_START_SECONDS = 60.0
_CALL_SECONDS = 60.0
_RESTART_PAUSE_SECONDS = 0.5
_RETRY_PAUSE_SECONDS = 0.1


class Backend:
    """Starts the server in the background, restarts it when it dies, stops it with the account.

    It starts when told to, or with the first call: an account that needs no MLflow runs none.
    A lock on its folder keeps a server that outlived a killed account and a new one apart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._child: Child | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to start the server, unless that was done; calls wait for it."""
        with self._starting:
            if self._thread is None and not self._stopping.is_set():
                self._folder.mkdir(parents=True, exist_ok=True)
                self._thread = threading.Thread(target=self._keep_running, name="mlflow", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the server."""
        self._stopping.set()
        while self._thread and self._thread.is_alive():
            if self._child:
                self._child.stop()
            self._thread.join(_RETRY_PAUSE_SECONDS)

    def call(
        self, method: str, path: str, *, content: bytes = b"", timeout_seconds: float = _CALL_SECONDS
    ) -> httpx.Response:
        """The server's answer to a request; UnavailableError where it does not come up in a minute."""
        self.start()
        headers = {"content-type": "application/json"} if content else {}
        deadline = time.monotonic() + _START_SECONDS
        while self._ready.wait(max(deadline - time.monotonic(), 0)) and self._child:
            try:
                return self._child.request(
                    method, path, content=content, headers=headers, timeout_seconds=timeout_seconds
                )
            except httpx.ConnectError:  # it died and has not been restarted yet; nothing was sent
                time.sleep(_RETRY_PAUSE_SECONDS)
            except httpx.TransportError as error:
                raise UnavailableError(f"The MLflow server did not answer: {error!r}") from error
        raise UnavailableError(f"The MLflow server is not up: see {self._folder / 'server.log'}.")

    @property
    def child(self) -> Child | None:
        """The server's process, once there is one."""
        return self._child

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            started = time.monotonic()
            self._child = self._spawn()
            try:
                self._child.wait_ready("/health", _START_SECONDS)
                _log.info("The MLflow server started in %.1f s", time.monotonic() - started)
                self._ready.set()
                self._child.wait()
            except ChildError as error:
                if not self._stopping.is_set():
                    _log.error("The MLflow server did not start: %s", error)
            self._ready.clear()
            self._child.stop()
            self._stopping.wait(_RESTART_PAUSE_SECONDS)

    def _spawn(self) -> Child:
        settings: dict[str, Any] = {"folder": str(self._folder), "lock": str(self._folder / "lock")}
        return Child(_APPLICATION, settings, log=self._folder / "server.log", environment={})
