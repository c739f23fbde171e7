"""What to write into which file for something to stay as somebody made it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.config.environment import JobValues
from infra.config.project import Limits
from infra.review.plan import Change

Values = Mapping[str, Any]
_Settings = Callable[[Any, Any], Values | None]  # by an attribute before and after; None where none says it

_MINUTE = 60  # seconds
_PARAMETERS = set(JobValues.model_fields) - {"schedule", *Limits.model_fields}


def _timeout(_: Any, seconds: Any) -> Values | None:
    whole = bool(seconds) and seconds % _MINUTE == 0
    return {"timeout_minutes": seconds // _MINUTE} if whole else None


def _schedule(_: Any, schedule: Any) -> Values:
    """A paused one is none: nobody would see from the settings that it never comes."""
    runs = schedule and schedule[0].get("pause_status") != "PAUSED"
    return {"schedule": schedule[0]["quartz_cron_expression"] if runs else None}


def _parameters(before: Any, after: Any) -> Values | None:
    had, has = ({item["name"]: item["default"] for item in listed or ()} for listed in (before, after))
    changed = {name: value for name, value in has.items() if had.get(name) != value}
    known = set(had) == set(has) and set(changed) <= _PARAMETERS
    return {name: _number(value) for name, value in changed.items()} if known else None


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


# By type and attribute: above which key of the environment's file they stand, and what they are.
_JOB = "projects.{project}.jobs.{part}."
_SETTINGS: Mapping[tuple[str, str], tuple[str, _Settings]] = {
    ("databricks_sql_endpoint", "auto_stop_mins"): (
        "warehouse.",
        lambda _, minutes: {"auto_stop_minutes": minutes},
    ),
    ("databricks_sql_endpoint", "cluster_size"): ("warehouse.", lambda _, size: {"size": size}),
    ("databricks_job", "parameter"): (_JOB, _parameters),
    ("databricks_job", "schedule"): (_JOB, _schedule),
    ("databricks_job", "timeout_seconds"): (_JOB, _timeout),
}


def setting_of(change: Change, attributes: Sequence[str], path: str) -> str | None:
    """`prod.yaml: warehouse.size: "Medium"`, and which attributes no setting says; None where none does.

    The construct's path (`prod/flights/training/Job`) tells of which project and which job it is.
    """
    _, project, part, *_ = [*path.split("/"), "", ""]
    found, others = [], []
    for name in attributes:
        above, settings = _SETTINGS.get((change.type, name), ("", lambda *_: None))
        values = settings((change.before or {}).get(name), (change.after or {}).get(name))
        for key, value in (values or {}).items():
            found.append(f"{above.format(project=project, part=part)}{key}: {json.dumps(value)}")
        if not values:
            others.append(name)
    if not found:
        return None
    rest = f"; no setting says {', '.join(others)}" if others else ""
    return f"{change.stack}.yaml: {', '.join(found)}{rest}"
