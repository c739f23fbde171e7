"""The account's clock as a route of its own: no Databricks route, Databricks has no such thing.

`GET /local/clock` tells the time and what is due next, `POST /local/clock` moves the clock
forward, so that a schedule need not be waited for. Both are for account admins, at the account's
site.
"""

from __future__ import annotations

from typing import Any

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.authority import require_account_admin
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.scheduling.agenda import Agenda, Due
from infra.local.workspace.scheduling.clock import WorkspaceClock

_PATH = "/local/clock"


def routes(clock: WorkspaceClock, agenda: Agenda) -> list[Route]:
    """Reading the clock, and moving it."""

    def get(call: Call) -> dict[str, Any]:
        require_account_admin(call.caller)
        return {"now": clock.now(), "due": _described(agenda.due())}

    def post(call: Call) -> dict[str, Any]:
        require_account_admin(call.caller)
        seconds = _seconds(call.json(), clock)
        due = agenda.due()
        now = clock.forward(seconds)
        return {"now": now, "became_due": _described([item for item in due if item.at <= now])}

    return [Route("GET", _PATH, get, site="account"), Route("POST", _PATH, post, site="account")]


def _seconds(body: dict[str, Any], clock: WorkspaceClock) -> float:
    given = {name: body[name] for name in ("forward_seconds", "to") if body.get(name) is not None}
    if len(given) != 1:
        raise InvalidParameterError("Give either forward_seconds or to (seconds since the epoch).")
    name, value = given.popitem()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidParameterError(f"{name} must be a number.")
    return value if name == "forward_seconds" else value - clock.now()


def _described(due: list[Due]) -> list[dict[str, Any]]:
    return [item.describe() for item in due]
