"""Dynamic value references, `{{job.parameters.month}}`, in a task's parameters and conditions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.workspace.errors import InvalidParameterError

_REFERENCE = re.compile(r"\{\{\s*((?:[\w\-.]|`[^`{}]+`)+)\s*\}\}")
_PART = re.compile(r"`([^`]+)`|([^.`]+)")
_TIMES = [
    "iso_datetime",
    "iso_date",
    "timestamp_ms",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "is_weekday",
    "iso_weekday",
]
_NAMESPACES = {"job", "task", "tasks", "workspace"}
_FIXED = {
    *(f"job.{name}" for name in ("id", "name", "run_id", "repair_count", "trigger.type")),
    *(f"job.start_time.{unit}" for unit in _TIMES),
    *(f"task.{name}" for name in ("name", "run_id", "execution_count")),
    "workspace.id",
    "workspace.url",
}


@dataclass(frozen=True)
class Facts:
    """What references can name while a task of a run starts."""

    fixed: Mapping[str, str]
    parameters: Mapping[str, str]
    values: Mapping[str, Mapping[str, Any]]
    results: Mapping[str, str | None]


def time_facts(name: str, milliseconds: int) -> dict[str, str]:
    """Every spelling of an instant, e.g. `job.start_time.iso_date`; UTC."""
    instant = datetime.fromtimestamp(milliseconds / 1000, UTC)
    spelled = {
        "iso_datetime": instant.strftime("%Y-%m-%dT%H:%M:%S"),
        "iso_date": instant.date().isoformat(),
        "timestamp_ms": str(milliseconds),
        "is_weekday": "true" if instant.isoweekday() < 6 else "false",
        "iso_weekday": str(instant.isoweekday()),
        **{unit: str(getattr(instant, unit)) for unit in _TIMES[3:9]},
    }
    return {f"{name}.{unit}": spelled[unit] for unit in _TIMES}


def check(text: str, parameters: set[str], tasks: set[str], where: str) -> None:
    """InvalidParameterError where the text refers to what a job of these can't know.

    As on Databricks, a wrong name in a known namespace is refused when the job is saved.
    """
    for reference, parts in _references(text):
        if parts[0] in _NAMESPACES and not _known(parts, parameters, tasks):
            raise InvalidParameterError(f"{where}: the reference {reference} is unknown.")


def resolve(text: str, facts: Facts) -> str:
    """The text with every reference replaced; InvalidParameterError names the one that can't be."""

    def value(match: re.Match[str]) -> str:
        return _value(match[0], _split(match[1]), facts)

    return _REFERENCE.sub(value, text)


def _references(text: str) -> Iterator[tuple[str, list[str]]]:
    for match in _REFERENCE.finditer(text):
        yield match[0], _split(match[1])


def _split(path: str) -> list[str]:
    return [quoted or plain for quoted, plain in _PART.findall(path)]


def _known(parts: list[str], parameters: set[str], tasks: set[str]) -> bool:
    match parts:
        case ["job", "parameters", name]:
            return name in parameters
        case ["tasks", key, "values", _]:
            return key in tasks
        case ["tasks", key, "result_state"]:
            return key in tasks
    return ".".join(parts) in _FIXED


def _value(reference: str, parts: list[str], facts: Facts) -> str:
    match parts:
        case ["job", "parameters", name] if name in facts.parameters:
            return facts.parameters[name]
        case ["tasks", key, "values", name]:
            values = facts.values.get(key, {})
            if name not in values:
                raise InvalidParameterError(f"{reference}: task {key} has set no value {name}.")
            return _spell(values[name])
        case ["tasks", key, "result_state"]:
            result = facts.results.get(key)
            if result is None:
                raise InvalidParameterError(f"{reference}: task {key} has no result yet.")
            return result.lower()
    path = ".".join(parts)
    if path not in facts.fixed:
        raise InvalidParameterError(f"The reference {reference} is unknown.")
    return facts.fixed[path]


def _spell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
