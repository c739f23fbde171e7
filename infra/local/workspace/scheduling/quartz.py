"""Quartz cron expressions, as job schedules spell them: seconds first, `?`, Sunday is 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cron_converter import Cron

from infra.local.workspace.errors import InvalidParameterError, NotServedError

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_NAMES = {"month": _MONTHS, "day of week": _WEEKDAYS}
_UNITS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "day of month": (1, 31),
    "month": (1, 12),
    "day of week": (1, 7),
}
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ITEM = re.compile(r"(\*|(?P<low>\w+)(-(?P<high>\w+))?)(/(?P<step>\d+))?")


@dataclass(frozen=True)
class QuartzSchedule:
    """When a schedule fires, in its own time zone."""

    seconds: tuple[int, ...]
    cron: Cron
    zone: ZoneInfo

    @classmethod
    def parse(cls, expression: str, timezone_id: str) -> QuartzSchedule:
        """Return the schedule of an expression; InvalidParameterError where it is none.

        NotServedError for `L`, `W`, `#` and years, which Quartz knows and this does not.
        """
        fields = expression.upper().split()
        if len(fields) not in {6, 7} or [fields[3], fields[5]].count("?") != 1:
            raise _invalid(expression, "6 or 7 fields, of which day of month or day of week is ?")
        if len(fields) == 7 and fields[6] != "*":
            raise NotServedError(f"Years in a schedule ({expression}) are not served locally.")
        values = [_values(name, field, expression) for name, field in zip(_UNITS, fields[:6], strict=True)]
        seconds, minutes, hours, days, months, weekdays = values
        if days[0] > max(_LONGEST[month - 1] for month in months):
            raise _invalid(expression, f"these months have no day {days[0]}")
        cron = Cron()
        cron.from_list([[*minutes], [*hours], [*days], [*months], [day - 1 for day in weekdays]])
        return cls(tuple(seconds), cron, _zone(timezone_id))

    def next_after(self, instant: float) -> float:
        """The first time after an instant (seconds since the epoch) at which it fires."""
        minute = datetime.fromtimestamp(instant, self.zone).replace(second=0, microsecond=0, fold=0)
        while True:
            found = self.cron.schedule(start_date=minute).next(inclusive=True)
            fires = (found.replace(second=second).timestamp() for second in self.seconds)
            for fire in fires:
                if fire > instant:  # not so for what was due before clocks were set back an hour
                    return float(fire)
            minute = found + timedelta(minutes=1)


def _values(name: str, field: str, expression: str) -> list[int]:
    """Every value that a field allows, in order."""
    if field == "?" and name in {"day of month", "day of week"}:
        field = "*"
    if re.search(r"#|(^|[\d,])[LW]|^L", field):
        raise NotServedError(f"L, W and # in a schedule ({expression}) are not served locally.")
    values: set[int] = set()
    for item in field.split(","):
        values.update(_item_values(name, item, expression))
    return sorted(values)


def _item_values(name: str, item: str, expression: str) -> range:
    match = _ITEM.fullmatch(item)
    low, high = _UNITS[name]
    if match is None:
        raise _invalid(expression, f"{item!r} is no {name}")
    step = int(match["step"] or 1)
    if match["low"]:
        first = _number(name, match["low"], expression)
        open_ended = match["step"] and not match["high"]
        last = high if open_ended else _number(name, match["high"] or match["low"], expression)
    else:
        first, last = low, high
    if step < 1 or not low <= first <= last <= high:
        raise _invalid(expression, f"{item!r} is no {name} from {low} to {high}")
    return range(first, last + 1, step)


def _number(name: str, text: str, expression: str) -> int:
    names = _NAMES.get(name, [])
    if text in names:
        return names.index(text) + 1
    if not text.isdecimal():
        raise _invalid(expression, f"{text!r} is no {name}")
    return int(text)


def _zone(timezone_id: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone_id)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a name no file can have
        raise InvalidParameterError(f"Invalid timezone: {timezone_id}") from error


def _invalid(expression: str, reason: str) -> InvalidParameterError:
    return InvalidParameterError(f"Invalid quartz cron expression: {expression!r} ({reason})")
