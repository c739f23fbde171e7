"""Lists in pages, as the API gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.routing import Call

_MOST = 1000


def page(call: Call, name: str, items: Sequence[Any]) -> dict[str, Any]:
    """The page of a list that `page_token` and `max_results` ask for, and the next one's token."""
    arguments = call.arguments()
    try:
        start = int(arguments.get("page_token") or 0)
        size = int(arguments.get("max_results") or _MOST)
    except ValueError as error:
        raise InvalidParameterError(f"Not a page: {error}") from error
    end = start + min(max(size, 1), _MOST)
    answer: dict[str, Any] = {name: list(items[start:end])}
    if end < len(items):
        answer["next_page_token"] = str(end)
    return answer
