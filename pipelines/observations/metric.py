"""One measured value, and the days that values stand for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True)
class Metric:
    """A value of one day, in the unit that the metric's name says."""

    subject_type: str  # job, endpoint or table
    subject: str  # its name
    metric: str
    day: date  # UTC
    value: float


@dataclass(frozen=True)
class Days:
    """The days (UTC) that are measured, up to the one that goes on."""

    first: date
    now: datetime

    @property
    def start(self) -> datetime:
        """The instant at which the first day begins."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)

    @property
    def last(self) -> date:
        """The day that goes on."""
        return self.now.astimezone(UTC).date()

    @property
    def all(self) -> Sequence[date]:
        """Every day from the first to the last."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]
