"""One firing of an alert, read from the webhook of Databricks SQL alerts.

The payload has the alert (id, name, query …) with its evaluations; fields without a value are left out,
and more may come. What identifies a firing is the evaluation: every delivery of it has the same.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.hook.answers import Refused

TRIGGERED = "TRIGGERED"
_STATES = frozenset({TRIGGERED, "OK", "UNKNOWN", "ERROR"})
_LONGEST = 200


@dataclass(frozen=True)
class Firing:
    """What an alert told; `evaluated_at` is None where the payload doesn't have it."""

    alert_id: str
    name: str
    state: str
    firing_id: str
    evaluated_at: datetime | None

    @property
    def token(self) -> str:
        """What makes Databricks start one run for one firing: at most 64 characters, equal for repeats."""
        return hashlib.sha256(f"{self.alert_id}\n{self.firing_id}".encode()).hexdigest()


def read_firing(body: bytes) -> Firing:
    """Return the firing that a request's body describes.

    Raises Refused (400) for a body that is no such payload.
    """
    payload = _load(body)
    event = payload.get("event")
    if event != "alert_state_change":
        raise Refused(400, f"event is not alert_state_change but {_show(event)}")
    told = _mapping(payload, "alert")
    alert = _mapping(told, "alert")
    evaluation = _first_evaluation(alert)
    evaluated_at = _read_instant(evaluation.get("last_evaluated_at"))
    return Firing(
        alert_id=_read_text(alert, "id"),
        name=_read_text(alert, "name"),
        state=_find_state(evaluation, told),
        firing_id=_identify(evaluation, evaluated_at, body),
        evaluated_at=evaluated_at,
    )


def _load(body: bytes) -> Mapping[str, Any]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "the body is no JSON") from error
    if not isinstance(payload, dict):
        raise Refused(400, "the body is no JSON object")
    return payload


def _mapping(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = parent.get(key)
    if not isinstance(value, dict):
        raise Refused(400, f"{key} is missing or no object")
    return value


def _first_evaluation(alert: Mapping[str, Any]) -> Mapping[str, Any]:
    evaluations = alert.get("evaluations") or [{}]
    if not isinstance(evaluations, list) or not isinstance(evaluations[0], dict):
        raise Refused(400, "evaluations is no list of objects")
    return evaluations[0]


def _read_text(parent: Mapping[str, Any], key: str) -> str:
    value = parent.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not value.isprintable():
        raise Refused(
            400, f"the alert's {key} is missing or no text of at most {_LONGEST} printable characters"
        )
    return value


def _find_state(evaluation: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """Return the evaluation's state; where it has none, the one in the default title."""
    state, title = evaluation.get("state"), told.get("title")
    if state is None and isinstance(title, str):
        found = re.search(r"changed status to (\w+)", title)
        state = found and found[1]
    if state not in _STATES:
        raise Refused(400, f"the alert's state is none of {', '.join(sorted(_STATES))} but {_show(state)}")
    return str(state)


def _read_instant(value: object) -> datetime | None:
    """Return an instant given as text (RFC 3339) or as milliseconds."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        if isinstance(value, str):
            instant = datetime.fromisoformat(value)
            return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused(400, f"last_evaluated_at is no instant: {_show(value)}") from error
    if value is not None:
        raise Refused(400, f"last_evaluated_at is no instant: {_show(value)}")
    return None


def _identify(evaluation: Mapping[str, Any], evaluated_at: datetime | None, body: bytes) -> str:
    evaluation_id = evaluation.get("id")
    if evaluation_id is None and evaluated_at is None:
        return hashlib.sha256(body).hexdigest()
    return f"{_show(evaluation_id)} {evaluated_at.isoformat() if evaluated_at else ''}"


def _show(value: object) -> str:
    return ascii(value)[:_LONGEST]
