"""Budgets: who is told when a month has cost so much. Nothing costs anything locally, so nobody ever is."""

from __future__ import annotations

import time
import uuid
from decimal import Decimal, InvalidOperation

from infra.local.workspace.errors import InvalidParameterError, NotFoundError
from infra.local.workspace.fields import read_object, read_objects, read_text
from infra.local.workspace.identity.authority import require_account_admin
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, Store

_LONGEST_NAME = 128
_ALERT = {
    "quantity_type": "LIST_PRICE_DOLLARS_USD",
    "time_period": "MONTH",
    "trigger_type": "CUMULATIVE_SPENDING_EXCEEDED",
}
_ACTION = {"action_type": "EMAIL_NOTIFICATION"}


class Budgets:
    """Budget configurations keyed by their ids; for account admins."""

    def __init__(self, store: Store, *, account_id: str) -> None:
        self._budgets = store.collection("budgets")
        self._account_id = account_id

    def create(self, caller: Caller, fields: Document) -> Document:
        """A new budget."""
        require_account_admin(caller)
        own = {"budget_configuration_id": str(uuid.uuid4()), "account_id": self._account_id}
        return self._put({**_read(fields), **own, "create_time": _now()})

    def get(self, caller: Caller, budget_id: str) -> Document:
        """A budget."""
        require_account_admin(caller)
        budget = self._budgets.get(budget_id)
        if budget is None:
            raise NotFoundError(f"Budget {budget_id} does not exist.")
        return budget

    def all(self, caller: Caller) -> list[Document]:
        """All budgets."""
        require_account_admin(caller)
        return self._budgets.all()

    def update(self, caller: Caller, budget_id: str, fields: Document) -> Document:
        """A budget with other fields, all of which are given."""
        before = self.get(caller, budget_id)
        kept = {name: before[name] for name in ("budget_configuration_id", "account_id", "create_time")}
        return self._put({**_read(fields), **kept})

    def delete(self, caller: Caller, budget_id: str) -> None:
        """Remove a budget."""
        self.get(caller, budget_id)
        self._budgets.delete(budget_id)

    def _put(self, budget: Document) -> Document:
        return self._budgets.put(budget["budget_configuration_id"], {**budget, "update_time": _now()})


def _read(fields: Document) -> Document:
    name = read_text(fields, "display_name")
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidParameterError(f"A budget's display_name has 1 to {_LONGEST_NAME} characters.")
    alerts = read_objects(fields, "alert_configurations")
    if not alerts:
        raise InvalidParameterError("A budget has at least one alert configuration.")
    budget: Document = {"display_name": name, "alert_configurations": [_alert(alert) for alert in alerts]}
    if limits := read_object(fields, "filter"):
        _check_filter(limits)
        budget["filter"] = limits
    return budget


def _alert(alert: Document) -> Document:
    _check(alert, _ALERT)
    actions = read_objects(alert, "action_configurations")
    for action in actions:
        _check(action, _ACTION)
        if "@" not in read_text(action, "target"):
            raise InvalidParameterError(f"target {action.get('target')!r} is no e-mail address.")
    return {
        **{name: alert[name] for name in _ALERT},
        "alert_configuration_id": str(uuid.uuid4()),
        "quantity_threshold": _threshold(alert),
        "action_configurations": [
            {**action, "action_configuration_id": str(uuid.uuid4())} for action in actions
        ],
    }


def _threshold(alert: Document) -> str:
    """As the API tells it back: with the zeros that a decimal type has behind the point."""
    try:
        amount = Decimal(read_text(alert, "quantity_threshold"))
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise InvalidParameterError("quantity_threshold must be an amount above 0.")
    return f"{amount:.18f}"


def _check(document: Document, wanted: Document) -> None:
    for name, only in wanted.items():
        if document.get(name) != only:
            raise InvalidParameterError(f"{name} must be {only}, not {document.get(name)!r}.")


def _check_filter(limits: Document) -> None:
    clauses = [read_object(tag, "value") for tag in read_objects(limits, "tags")]
    if workspaces := read_object(limits, "workspace_id"):
        clauses.append(workspaces)
    for clause in clauses:
        _check(clause, {"operator": "IN"})


def _now() -> int:
    return int(time.time() * 1000)
