"""A resource's `timeouts` block, in seconds."""

from __future__ import annotations

import re

from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import InvalidError

_PARTS = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def deadline_seconds(values: Element, operation: str, default: float) -> float:
    """How long the operation may take: what `timeouts` says, such as `1h30m`, or the type's default."""
    duration = (values.get("timeouts") or {}).get(operation)
    if not duration:
        return default
    parts = _PARTS.findall(duration)
    if "".join(number + unit for number, unit in parts) != duration:
        message = f"{duration} is no duration: write it like 1h30m"
        raise InvalidError(message, "timeouts")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)
