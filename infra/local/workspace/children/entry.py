"""What a child process runs: one ASGI application, on a socket that the account opened for it.

Started by path, with `python -P`, so that nothing of this repository can be imported by what
it serves. Settings come as one line of JSON on standard input; standard input stays open as
long as the account lives, so its end, however the account ended, is the child's end too.
"""

from __future__ import annotations

import fcntl
import hmac
import importlib.util
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, cast

import uvicorn

_KEEP_ALIVE_SECONDS = 60  # longer than the account keeps an idle connection, so that it closes first

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class KeyedApplication:
    """Lets only requests through that carry the account's key: the port is open to the machine."""

    def __init__(self, application: Application, key: str) -> None:
        self._application = application
        self._key = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, or 403."""
        if scope["type"] == "http" and not self._carries_key(scope):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"Only the local account may call this."})
            return
        await self._application(scope, receive, send)

    def _carries_key(self, scope: Scope) -> bool:
        sent = dict(scope["headers"]).get(b"x-account-key", b"")
        return hmac.compare_digest(sent, self._key)


def main() -> None:
    """Read the settings, take the lock if there is one, build the application and serve it."""
    settings = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    listener = socket.socket(fileno=settings["listener"])
    lock = _take_lock(settings.get("lock"))
    application = _load(Path(settings["application"]), settings)
    config = uvicorn.Config(
        cast("Any", KeyedApplication(application, settings["key"])),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=settings["drain_seconds"],
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])
    del lock


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGKILL)


def _take_lock(path: str | None) -> Any:
    """An exclusive lock, once its last holder is gone: two processes never share what it guards."""
    if path is None:
        return None
    holder = Path(path).open("a")  # noqa: SIM115 (held open until the process ends)
    fcntl.flock(holder, fcntl.LOCK_EX)
    return holder


def _load(path: Path, settings: dict[str, Any]) -> Application:
    spec = importlib.util.spec_from_file_location("application", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    application: Application = module.build(settings)
    return application


if __name__ == "__main__":
    main()
