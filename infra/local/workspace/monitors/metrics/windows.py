"""Windows of time: a granularity cuts the calendar (UTC) into pieces that touch.

Minutes, hours and days are counted from 1970; weeks begin on Mondays, those of several weeks counted
from Monday, the 5th of January 1970; months and years are the calendar's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.local.workspace.errors import InvalidParameterError

Times = NDArray[np.datetime64]

_MICROSECONDS = {"minutes": 60_000_000, "hour": 3_600_000_000, "day": 86_400_000_000}
_WEEK = 7 * _MICROSECONDS["day"]
_FIRST_MONDAY = np.datetime64("1970-01-05", "us").astype(np.int64)
_CALENDAR = {"month": "M", "year": "Y"}
ALLOWED = (
    *("5 minutes", "30 minutes", "1 hour", "1 day"),
    *("1 week", "2 weeks", "3 weeks", "4 weeks", "1 month", "1 year"),
)


@dataclass(frozen=True)
class Granularity:
    """How long windows are; `text` as the API spells it, e.g. `1 day`."""

    text: str

    def starts(self, times: Times) -> Times:
        """The beginning of the window that each time (microseconds, UTC) lies in."""
        if unit := self._calendar_unit:
            return times.astype(f"datetime64[{unit}]").astype("datetime64[us]")
        width, origin = self._width_and_origin
        instants = times.astype(np.int64)
        return (instants - (instants - origin) % width).astype("datetime64[us]")

    def shift(self, starts: Times, windows: int) -> Times:
        """The beginnings of windows that lie some windows later, or earlier where negative."""
        if unit := self._calendar_unit:
            return (starts.astype(f"datetime64[{unit}]") + windows).astype("datetime64[us]")
        width, _ = self._width_and_origin
        return starts + np.timedelta64(windows * width, "us")

    @property
    def _calendar_unit(self) -> str | None:
        return _CALENDAR.get(self.text.partition(" ")[2])

    @property
    def _width_and_origin(self) -> tuple[int, int]:
        number, _, unit = self.text.partition(" ")
        if unit.startswith("week"):
            return int(number) * _WEEK, int(_FIRST_MONDAY)
        return int(number) * _MICROSECONDS[unit], 0


def parse_granularity(text: object) -> Granularity:
    """The granularity of a text; InvalidParameterError with what is allowed for another one."""
    if text not in ALLOWED:
        raise InvalidParameterError(f"Granularity {text!r} is not one of {', '.join(ALLOWED)}.")
    return Granularity(str(text))
