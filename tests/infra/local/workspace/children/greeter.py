"""A small application for child processes; it is built as its settings say, or not."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any


def build(settings: dict[str, Any]) -> Any:
    """Answers with its environment variable names."""
    if settings.get("broken"):
        raise RuntimeError("broken on purpose")

    async def application(
        scope: dict[str, Any], _receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": " ".join(sorted(os.environ)).encode()})

    return application
