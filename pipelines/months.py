"""Calendar months, the unit in which data arrives and is replaced."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True)
class Month:
    """One month of one year, such as 2013-01."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month that is written as 2013-01.

        Raises ValueError for anything else.
        """
        match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
        if match is None or match[1] == "0000":
            raise ValueError(f"{text!r} is no month such as 2013-01")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, instant: datetime, time_zone: str) -> "Month":
        """Return the month in which an instant falls on that time zone's calendar."""
        local = instant.astimezone(ZoneInfo(time_zone))
        return cls(local.year, local.month)

    @property
    def next(self) -> "Month":
        """The month after this one."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> "Month":
        """The month before this one."""
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    def start(self, time_zone: str) -> datetime:
        """Return the instant (UTC) at which the month begins on that time zone's calendar."""
        return datetime(self.year, self.number, 1, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)

    def end(self, time_zone: str) -> datetime:
        """Return the first instant (UTC) after the month."""
        return self.next.start(time_zone)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def span(first: Month, last: Month) -> Iterator[Month]:
    """Yield every month from the first to the last, both included."""
    month = first
    while month <= last:
        yield month
        month = month.next
