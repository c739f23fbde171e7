"""The hook's log: one line a request, of what it was and how it was answered; no headers, no body."""

import time
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.progress import say

_NOTE = "journal_note"
_LONGEST = 300


def note(scope: Scope, message: str) -> None:
    """Keep what a request was told, for its line."""
    scope[_NOTE] = message


class Journal:
    """Wraps an application, and writes a line before the last of a response goes out."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body"):
                say(_write(scope, status, time.perf_counter() - started))
            await send(message)

        await self._application(scope, receive, watch)


def _write(scope: Scope, status: int, seconds: float) -> str:
    now = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    caller = (scope.get("client") or ("unknown",))[0]
    # The path and what alerts are called are the caller's words: kept on one line, and short.
    parts = (scope["method"], scope["path"], str(status), caller, f"{seconds:.2f} s", scope.get(_NOTE, ""))
    return f"{now} " + " ".join(ascii(part)[1:-1][:_LONGEST] for part in parts)
