"""Quartz schedules: when they fire, and which are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from infra.local.workspace.errors import ApiError
from infra.local.workspace.scheduling.quartz import QuartzSchedule

_START = "2026-03-28 12:00:30"


@pytest.mark.parametrize(
    ("expression", "zone", "expected"),
    [
        ("0 0 5 * * ?", "UTC", "2026-03-29 05:00:00"),
        ("45 * * * * ?", "UTC", "2026-03-28 12:00:45"),
        ("0/20 * * * * ?", "UTC", "2026-03-28 12:00:40"),
        ("15 0/5 * * * ?", "UTC", "2026-03-28 12:05:15"),
        ("0 30 9 ? * MON-FRI", "UTC", "2026-03-30 09:30:00"),
        ("0 30 9 ? * 1", "UTC", "2026-03-29 09:30:00"),
        ("0 0 0 1 JAN,JUL ? *", "UTC", "2026-07-01 00:00:00"),
        ("0 0 8 * * ?", "Europe/Berlin", "2026-03-29 06:00:00"),
        ("0 0 12 29 2 ?", "UTC", "2028-02-29 12:00:00"),
    ],
)
def test_quartz_fires(expression: str, zone: str, expected: str) -> None:
    """The next time is that of Quartz, in the schedule's zone, across its daylight saving."""
    assert QuartzSchedule.parse(expression, zone).next_after(_instant(_START)) == _instant(expected)


@pytest.mark.parametrize(
    "expression", ["0 0 5 * *", "0 0 5 * * *", "0 0 25 * * ?", "x 0 5 * * ?", "0 0 5 31 2 ?", "0 0 5 L * ?"]
)
def test_quartz_refuses(expression: str) -> None:
    """What Quartz would refuse, and what is not done here, is refused."""
    with pytest.raises(ApiError):
        QuartzSchedule.parse(expression, "UTC")


@pytest.mark.parametrize("start", ["2026-10-25 00:29:59", "2026-10-25 00:30:00", "2026-10-25 01:10:00"])
def test_an_hour_that_comes_twice_is_fired_for_once(start: str) -> None:
    """When clocks are set back, 02:30 is the first of both; whatever is next lies ahead."""
    schedule = QuartzSchedule.parse("0 30 2 * * ?", "Europe/Berlin")
    expected = "2026-10-25 00:30:00" if start < "2026-10-25 00:30:00" else "2026-10-26 01:30:00"
    assert schedule.next_after(_instant(start)) == _instant(expected)


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
