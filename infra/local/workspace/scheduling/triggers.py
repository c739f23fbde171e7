"""What starts runs by itself: a quartz schedule, or a period."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.fields import read_object, read_text
from infra.local.workspace.scheduling.quartz import QuartzSchedule

_UNIT_SECONDS = {"HOURS": 3600, "DAYS": 86_400, "WEEKS": 604_800}


class Trigger(Protocol):
    """Something that fires."""

    def next_after(self, instant: float) -> float:
        """The first time after an instant (seconds since the epoch) at which it fires."""


@dataclass(frozen=True)
class Period:
    """Fires at whole multiples of its seconds."""

    seconds: int

    def next_after(self, instant: float) -> float:
        """The first multiple after an instant."""
        return (math.floor(instant / self.seconds) + 1) * self.seconds


def parse_trigger(settings: Mapping[str, Any]) -> Trigger | None:
    """What fires a job's runs; None where nothing does, or it is paused."""
    document = dict(settings)
    schedule, trigger = read_object(document, "schedule"), read_object(document, "trigger")
    if schedule and trigger:
        raise InvalidParameterError("A job has a schedule or a trigger, not both.")
    if schedule:
        return parse_schedule(schedule)
    return _parse_period(trigger) if trigger else None


def parse_schedule(
    schedule: Mapping[str, Any], *, expression: str = "quartz_cron_expression"
) -> QuartzSchedule | None:
    """The schedule of a document whose field `expression` holds it; None where it is paused."""
    for name in (expression, "timezone_id"):
        if not read_text(dict(schedule), name):
            raise InvalidParameterError(f"A schedule needs {name}.")
    parsed = QuartzSchedule.parse(schedule[expression], schedule["timezone_id"])
    return None if _is_paused(schedule) else parsed


def _is_paused(declared: Mapping[str, Any]) -> bool:
    status = read_text(dict(declared), "pause_status") or "UNPAUSED"
    if status not in {"PAUSED", "UNPAUSED"}:
        raise InvalidParameterError("pause_status must be PAUSED or UNPAUSED.")
    return bool(status == "PAUSED")


def _parse_period(trigger: Mapping[str, Any]) -> Period | None:
    periodic = read_object(dict(trigger), "periodic")
    if not periodic:
        kinds = ", ".join(name for name in trigger if name != "pause_status")
        raise NotServedError(f"A trigger by {kinds} is not served locally, only schedule and periodic.")
    interval, unit = periodic.get("interval"), periodic.get("unit")
    if not isinstance(interval, int) or interval < 1 or unit not in [*_UNIT_SECONDS]:
        raise InvalidParameterError(
            f"periodic needs an interval from 1 and a unit: {', '.join(_UNIT_SECONDS)}."
        )
    return None if _is_paused(trigger) else Period(interval * _UNIT_SECONDS[unit])
