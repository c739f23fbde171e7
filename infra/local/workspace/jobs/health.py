"""Health rules of a job: after how long a run is told to take too long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.fields import read_object, read_objects

_DURATION, _ABOVE = "RUN_DURATION_SECONDS", "GREATER_THAN"


def check(settings: Mapping[str, Any]) -> None:
    """NotServedError for rules on anything but a run's duration."""
    for rule in _rules(settings):
        if rule.get("metric") != _DURATION:
            raise NotServedError(f"Health rules on {rule.get('metric')} are not served locally.")
        value = rule.get("value")
        if rule.get("op") != _ABOVE or not isinstance(value, int) or value <= 0:
            raise InvalidParameterError(f"A health rule needs op {_ABOVE} and a value above 0.")


def longest_seconds(settings: Mapping[str, Any]) -> int:
    """How long a run may take before somebody is told; 0 where no rule says so."""
    return min((int(rule["value"]) for rule in _rules(settings)), default=0)


def _rules(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    return read_objects(read_object(dict(settings), "health"), "rules")
