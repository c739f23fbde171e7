"""The process behind one served entity."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import httpx

from infra.local.workspace.children.child import Child, ChildError
from infra.local.workspace.errors import ApiError, UnavailableError

_log = logging.getLogger(__name__)
_LOAD_SECONDS = 300.0
_ANSWER_SECONDS = 297.0
_RESTARTS = 3
_PAUSE_SECONDS = 0.5
_RETRY_SECONDS = 0.05

Spawn = Callable[[], Child]


class ServedEntity:
    """Runs a model's process until told to stop; one that dies after it was ready is restarted.

    Requests wait while it loads. It counts those under way, so that it can be drained.
    """

    def __init__(self, name: str, identity: str, spawn: Spawn, *, entity_id: str | None = None) -> None:
        self.name = name
        self.entity_id = entity_id
        self.identity = identity
        self._spawn = spawn
        self._child = spawn()
        self._state = threading.Condition()
        self._under_way = 0
        self._was_ready = False
        self._stopping = False
        self.ready = False
        self.failure = ""
        self._thread = threading.Thread(target=self._keep_running, name=f"serving {name}", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._child.pid

    def wait(self) -> None:
        """Return once the model is loaded; ChildError, with its log's end, where it can't be."""
        with self._state:
            self._state.wait_for(lambda: self.ready or self.failure or self._stopping)
        if not self.ready:
            raise ChildError(self.failure or "Stopped while loading.")

    def enter(self) -> None:
        """Count a request in; it must be followed by `leave`."""
        with self._state:
            self._under_way += 1

    def leave(self) -> None:
        """Count a request out."""
        with self._state:
            self._under_way -= 1
            self._state.notify_all()

    def request(self, content: bytes, content_type: str) -> httpx.Response:
        """What the model answers to one invocation."""
        while not self.failure and not self._stopping:
            try:
                return self._child.request(
                    "POST",
                    "/invocations",
                    content=content,
                    headers={"content-type": content_type},
                    timeout_seconds=_ANSWER_SECONDS,
                )
            except httpx.ConnectError:  # between death and restart: nothing was sent
                time.sleep(_RETRY_SECONDS)
            except httpx.TransportError as error:
                raise ApiError(f"The model server of {self.name} did not answer: {error!r}") from error
        raise UnavailableError(f"The served entity {self.name} is not running: {self.failure}")

    def stop(self, drain_seconds: float = 0) -> None:
        """End the process, after the requests under way if they take no longer."""
        with self._state:
            self._state.wait_for(lambda: self._under_way == 0, drain_seconds)
            self._stopping = True
            self._state.notify_all()
        while self._thread.is_alive():
            self._child.stop()
            self._thread.join(_PAUSE_SECONDS)

    def _keep_running(self) -> None:
        try:
            self._run()
        except ApiError as error:  # what it needs to start again is gone
            self._tell(ready=False, failure=error.message)
        finally:
            self._child.stop()

    def _run(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                self._child.wait_ready("/ping", _LOAD_SECONDS)
                failures = 0
                self._tell(ready=True)
                self._child.wait()
                self._tell(ready=False)
            except ChildError as error:
                failures += 1
                if failures > _RESTARTS or not self._was_ready:
                    self._tell(ready=False, failure=str(error))
                    return
            self._child.stop()
            if not self._stopping:
                time.sleep(_PAUSE_SECONDS)
                _log.warning("The model server of %s is restarted", self.name)
                self._child = self._spawn()

    def _tell(self, *, ready: bool, failure: str = "") -> None:
        with self._state:
            self.ready = ready
            self._was_ready = self._was_ready or ready
            self.failure = failure
            self._state.notify_all()
