"""When something runs by itself, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from infra.review.plan import Values
from infra.review.values import block, number

DAYS = 30  # that runs are counted in
_YEAR = [date(2025, 1, 1) + timedelta(days=day) for day in range(365)]
_LIMITS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7))  # second to day of week, Sunday is 1
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_ITEM = re.compile(r"(?P<every>[*?])|(?P<low>\d+)(-(?P<high>\d+))?")
_UNITS: Mapping[str, float] = {"HOURS": 24, "DAYS": 1, "WEEKS": 1 / 7}


@dataclass(frozen=True)
class Schedule:
    """A job's, a monitor's or an alert's."""

    text: str  # as the settings write it, with its time zone
    paused: bool
    in_30_days: float | None  # runs; None where it can't be told

    @property
    def runs(self) -> float | None:
        """Runs in 30 days as it is: none while it is paused."""
        return 0 if self.paused else self.in_30_days


def schedule_of(values: Values) -> Schedule | None:
    """What starts something: a schedule, or, of a job, a period, or that it never ends; None without."""
    schedule, trigger = block(values, "schedule"), block(values, "trigger")
    if quartz := schedule.get("quartz_cron_expression") or schedule.get("quartz_cron_schedule"):
        zone = schedule.get("timezone_id") or "UTC"
        return Schedule(f"{quartz} {zone}", _paused(schedule), _in_30_days(str(quartz)))
    if periodic := block(trigger, "periodic"):
        every, unit = number(periodic.get("interval")) or 1, str(periodic.get("unit"))
        count = DAYS * _UNITS[unit] / every if unit in _UNITS else None
        return Schedule(f"every {every} {unit.lower()}", _paused(trigger), count)
    if trigger:
        return Schedule("when something arrives", _paused(trigger), None)
    if continuous := block(values, "continuous"):
        return Schedule("all the time", _paused(continuous), None)
    return None


def told_runs(count: float) -> str:
    """A number of runs in 30 days, as a sentence tells it."""
    return "less than 1" if 0 < count < 0.5 else f"{count:,.0f}"


def _paused(values: Values) -> bool:
    return values.get("pause_status") == "PAUSED"


def _in_30_days(quartz: str) -> float | None:
    """How often an expression fires in 30 days, on average over a year without a leap day.

    None for L, W, # and years: Quartz knows them, and they are not counted here.
    """
    fields = quartz.upper().split()
    try:
        second, minute, hour, day, month, weekday = (
            set(_values(field, *limits)) for field, limits in zip(fields[:6], _LIMITS, strict=True)
        )
    except ValueError:
        return None
    if fields[6:] not in ([], ["*"]):
        return None
    days = sum(
        each.day in day and each.month in month and each.isoweekday() % 7 + 1 in weekday for each in _YEAR
    )
    return len(second) * len(minute) * len(hour) * days * DAYS / len(_YEAR)


def _values(field: str, low: int, high: int) -> Iterator[int]:
    """Every value that a field allows; ValueError where it can't be told."""
    for item in _numbered(field).split(","):
        start, slash, step = item.partition("/")
        match = _ITEM.fullmatch(start)
        if match is None:
            raise ValueError(item)
        first = int(match["low"] or low)
        last = int(match["high"] or (high if match["every"] or slash else first))
        yield from range(first, last + 1, int(step or 1))


def _numbered(field: str) -> str:
    """Months and days of the week by their numbers."""
    for names in (_MONTHS, _WEEKDAYS):
        for position, name in enumerate(names, 1):
            field = re.sub(rf"\b{name}\b", str(position), field)
    return field
