"""Events as they happen, kept in the store until they are in the audit table."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.workspace.audit.actions import ACTIONS
from infra.local.workspace.audit.requests import Told, tell
from infra.local.workspace.errors import ApiError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.routing import Call, Reply, Route
from infra.local.workspace.store import Document, Store

_SEQUENCE = "audit"
_VERSION = "2.0"
_KEY_DIGITS = 15
# Logged for the account, whichever workspace was asked.
_OF_ACCOUNT = frozenset({"unityCatalog", "accountsAccessControl"})


@dataclass(frozen=True)
class Origin:
    """Who asked, where, and by which client."""

    caller: Caller
    workspace_id: int | None
    address: str | None = None
    user_agent: str | None = None


class Trail:
    """Writes one row of the store an event, in the order in which they are answered."""

    def __init__(self, store: Store, *, account_id: str) -> None:
        self._store = store
        self._waiting = store.collection("audit")
        self._account_id = account_id

    def record(self, route: Route, call: Call, address: str | None, result: object) -> None:
        """Tell what a request did and what was answered, or the error it was refused with.

        Costs nothing where requests of the route are no events, as none that reads is.
        """
        if (action := ACTIONS.get((route.method, route.path))) is None:
            return
        answer = _document(result)
        kept = {name: answer[name] for name in action.result if name in answer}
        origin = Origin(call.caller, call.workspace_id, address, call.headers.get("user-agent"))
        for told in tell(action, call, answer):
            self.tell(origin, told, _response(result, kept))

    def tell(self, origin: Origin, told: Told, response: Document) -> None:
        """Keep one event; on disk when this returns."""
        of_account = origin.workspace_id is None or told.service in _OF_ACCOUNT
        parameters = dict(told.parameters)
        if of_account and origin.workspace_id is not None:
            parameters["workspace_id"] = str(origin.workspace_id)
        event = {
            "account_id": self._account_id,
            "workspace_id": "0" if of_account else str(origin.workspace_id),
            "version": _VERSION,
            "event_time": time.time(),
            "source_ip_address": origin.address,
            "user_agent": origin.user_agent,
            "user_identity": {"email": origin.caller.name, "subject_name": None},
            "service_name": told.service,
            "action_name": told.action,
            "request_id": str(uuid.uuid4()),
            "request_params": parameters,
            "response": response,
            "audit_level": "ACCOUNT_LEVEL" if of_account else "WORKSPACE_LEVEL",
            "event_id": uuid.uuid4().hex,
        }
        with self._store.transaction():
            number = self._store.next_number(_SEQUENCE)
            self._waiting.insert(f"{number:0{_KEY_DIGITS}}", event)

    def waiting(self) -> list[tuple[int, Document]]:
        """The events that are not in the table yet, with their numbers, the first one first."""
        return [(int(key), event) for key, event in self._waiting.items()]

    def forget(self, numbers: list[int]) -> None:
        """Let go of events that are in the table."""
        with self._store.transaction():
            for number in numbers:
                self._waiting.delete(f"{number:0{_KEY_DIGITS}}")


def _document(result: object) -> Mapping[str, Any]:
    """A handler's answer as an object; empty where it is none."""
    if isinstance(result, Reply) and result.media_type == "application/json" and result.body:
        result = json.loads(result.body)
    return result if isinstance(result, dict) else {}


def answered(status: int, error: str | None = None, result: str | None = None) -> Document:
    """What the answer to a request was, as events have it."""
    return {"status_code": status, "error_message": error, "result": result}


def _response(result: object, kept: Mapping[str, Any]) -> Document:
    if isinstance(result, ApiError):
        return answered(result.status, result.message)
    status = result.status if isinstance(result, Reply) else 200
    return answered(status, result=json.dumps(kept) if kept else None)
