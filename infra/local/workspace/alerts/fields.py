"""An alert's own fields: which there are, what they may be, and what an update changes.

What is given is what is answered, nothing more: a default that an answer filled in would be a change
that nobody planned to clients that compare the two.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.workspace.alerts import messages
from infra.local.workspace.alerts.condition import AGGREGATIONS, OPERATORS, WITHOUT_THRESHOLD
from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.fields import read_object, read_objects, read_text
from infra.local.workspace.scheduling.quartz import QuartzSchedule
from infra.local.workspace.scheduling.triggers import parse_schedule
from infra.local.workspace.sql.parameters import read_parameters
from infra.local.workspace.store import Document

STATES = ("OK", "TRIGGERED", "ERROR", "UNKNOWN")
_REQUIRED = ("display_name", "query_text", "warehouse_id")
_WRITTEN = frozenset(
    {
        *_REQUIRED,
        *("custom_description", "custom_summary", "evaluation", "parameters", "parent_path"),
        *("run_as", "run_as_user_name", "schedule"),
    }
)
_TOLD = frozenset(
    {"create_time", "effective_run_as", "id", "lifecycle_state", "owner_user_name", "update_time"}
)
_TOLD_INSIDE = {
    "evaluation": ("last_evaluated_at", "state"),
    "evaluation.notification": ("effective_notify_on_ok", "effective_retrigger_seconds"),
}
_VALUES: dict[str, tuple[type, ...]] = {
    "bool_value": (bool,),
    "double_value": (int, float),
    "string_value": (str,),
}


def accept(body: Mapping[str, Any]) -> Document:
    """The fields that a client decides on; what only answers have is left out. Not checked yet."""
    for name, value in body.items():
        if name not in _WRITTEN | _TOLD and value is not None:
            raise NotServedError(f"The alert field {name} is not served locally.")
    accepted = copy.deepcopy({name: body[name] for name in body.keys() & _WRITTEN})
    for path, names in _TOLD_INSIDE.items():
        place: Any = accepted
        for step in path.split("."):
            place = place.get(step) if isinstance(place, dict) else None
        for name in names:
            if isinstance(place, dict):
                place.pop(name, None)
    cleaned: Document = _given(accepted)
    return cleaned


def merge(old: Document, body: Document, mask: str) -> Document:
    """The fields after an update: each path of the mask is as in the body, or gone where it is not there."""
    paths = [path.strip() for path in mask.split(",") if path.strip()]
    if not paths:
        raise InvalidParameterError("update_mask must name the fields to change.")
    if paths == ["*"]:
        return {**body, **({"parent_path": old["parent_path"]} if "parent_path" in old else {})}
    merged = copy.deepcopy(old)
    for path in paths:
        if path.partition(".")[0] not in _WRITTEN:
            raise InvalidParameterError(f"update_mask: {path} is no field that can be changed.")
        _put(merged, path.split("."), body)
    cleaned: Document = _given(merged)
    return cleaned


def check(alert: Document) -> None:
    """InvalidParameterError for what can't be an alert."""
    for name in _REQUIRED:
        if not read_text(alert, name).strip():
            raise InvalidParameterError(f"Missing required field: {name}")
    if "/" in alert["display_name"]:
        raise InvalidParameterError("display_name must not contain '/'.")
    _check_evaluation(read_object(alert, "evaluation"))
    parse(alert)
    read_parameters(alert.get("parameters") or [])
    for name in ("custom_summary", "custom_description"):
        messages.check(read_text(alert, name), name)


def parse(alert: Mapping[str, Any]) -> QuartzSchedule | None:
    """When an alert is evaluated; None where it is paused."""
    return parse_schedule(read_object(dict(alert), "schedule"), expression="quartz_cron_schedule")


def subscribers(alert: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The e-mail addresses and the destinations' ids that are told."""
    notification = alert["evaluation"].get("notification") or {}
    subscriptions = notification.get("subscriptions") or []
    emails = [item["user_email"] for item in subscriptions if "user_email" in item]
    return emails, [item["destination_id"] for item in subscriptions if "destination_id" in item]


def _check_evaluation(evaluation: Document) -> None:
    _check_column(read_object(evaluation, "source"), "evaluation.source")
    operator = evaluation.get("comparison_operator")
    if operator not in OPERATORS:
        raise InvalidParameterError(f"comparison_operator must be one of {', '.join(OPERATORS)}.")
    if operator not in WITHOUT_THRESHOLD:
        _check_threshold(read_object(evaluation, "threshold"))
    _check_choice(evaluation, "empty_result_state", STATES)
    _check_notification(read_object(evaluation, "notification"))


def _check_threshold(threshold: Document) -> None:
    _only_one(threshold, ("column", "value"), "evaluation.threshold")
    if "column" in threshold:
        _check_column(read_object(threshold, "column"), "evaluation.threshold.column")
        return
    value = read_object(threshold, "value")
    name = _only_one(value, [*_VALUES], "evaluation.threshold.value")
    if type(value[name]) not in _VALUES[name]:  # a bool is no number here
        raise InvalidParameterError(f"evaluation.threshold.value.{name} has the value {value[name]!r}.")


def _check_column(column: Document, where: str) -> None:
    if not read_text(column, "name"):
        raise InvalidParameterError(f"Missing required field: {where}.name")
    _check_choice(column, "aggregation", AGGREGATIONS)


def _check_notification(notification: Document) -> None:
    seconds = notification.get("retrigger_seconds", 0)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        raise InvalidParameterError("retrigger_seconds must be a whole number from 0.")
    if not isinstance(notification.get("notify_on_ok", False), bool):
        raise InvalidParameterError("notify_on_ok must be true or false.")
    for subscription in read_objects(notification, "subscriptions"):
        read_text(subscription, _only_one(subscription, ("destination_id", "user_email"), "A subscription"))


def _check_choice(document: Document, name: str, choices: Sequence[str]) -> None:
    if name in document and document[name] not in choices:
        raise InvalidParameterError(f"{name} must be one of {', '.join(choices)}.")


def _only_one(document: Document, names: Sequence[str], where: str) -> str:
    given = [name for name in names if name in document]
    if len(given) != 1:
        raise InvalidParameterError(f"{where} has exactly one of {', '.join(names)}.")
    return given[0]


def _put(target: Document, path: list[str], source: Any) -> None:
    *above, last = path
    for step in above:
        source = source.get(step) if isinstance(source, dict) else None
        if not isinstance(target.get(step), dict):
            target[step] = {}
        target = target[step]
    if isinstance(source, dict) and last in source:
        target[last] = copy.deepcopy(source[last])
    else:
        target.pop(last, None)


def _given(value: Any) -> Any:
    """Without nulls and empty objects, which say nothing."""
    if isinstance(value, list):
        return [_given(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _given(item) for name, item in value.items()}
    return {name: item for name, item in found.items() if item is not None and item != {}}
