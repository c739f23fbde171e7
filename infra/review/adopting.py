"""What to write into which file for something to stay as somebody made it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.review.plan import Change

_Setting = Callable[[Any], Any]  # the setting's value for an attribute's

# By type and attribute: the key in the environment's file, and its value.
_SETTINGS: Mapping[tuple[str, str], tuple[str, _Setting]] = {
    ("databricks_sql_endpoint", "auto_stop_mins"): ("warehouse.auto_stop_minutes", lambda value: value),
    ("databricks_sql_endpoint", "cluster_size"): ("warehouse.size", lambda value: value),
    ("databricks_job", "schedule"): (
        "projects.{project}.jobs.{part}.schedule",
        lambda value: value[0]["quartz_cron_expression"] if value else None,
    ),
}


def setting_of(change: Change, attributes: Sequence[str], path: str) -> str | None:
    """`prod.yaml: warehouse.size: Medium` for all that changed; None where some of it has no setting.

    The construct's path (`prod/flights/training/Job`) tells of which project and which job it is.
    """
    _, project, part, *_ = [*path.split("/"), "", ""]
    found = []
    for name in attributes:
        if (change.type, name) not in _SETTINGS:
            return None
        key, setting = _SETTINGS[change.type, name]
        value = setting((change.after or {}).get(name))
        found.append(f"{key.format(project=project, part=part)}: {json.dumps(value)}")
    return f"{change.stack}.yaml: {', '.join(found)}" if found else None
