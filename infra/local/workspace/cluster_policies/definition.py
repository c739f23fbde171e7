"""A cluster policy's definition: a JSON object with a limit for each attribute of a cluster."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from infra.local.workspace.errors import InvalidParameterError

# By the kind of limit: the fields of which it needs one.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "allowlist": ("values",),
    "blocklist": ("values",),
    "fixed": ("value",),
    "forbidden": (),
    "range": ("minValue", "maxValue"),
    "regex": ("pattern",),
    "unlimited": (),
}


def check_definition(text: str) -> None:
    """InvalidParameterError for what Databricks could not hold a cluster against."""
    try:
        limits = json.loads(text)
    except ValueError as error:
        raise InvalidParameterError(f"The policy's definition is not JSON: {error}") from error
    if not isinstance(limits, dict):
        raise InvalidParameterError("The policy's definition must be a JSON object.")
    for attribute, limit in limits.items():
        _check_limit(attribute, limit)


def _check_limit(attribute: str, limit: Any) -> None:
    kind = limit.get("type") if isinstance(limit, dict) else None
    wanted = _KINDS.get(str(kind))
    if wanted is None:
        raise InvalidParameterError(f"{attribute}: type must be one of {', '.join(_KINDS)}.")
    if wanted and all(limit.get(field) in (None, []) for field in wanted):
        raise InvalidParameterError(f"{attribute}: {kind} needs {' or '.join(wanted)}.")
