"""When something runs by itself is read from whatever starts it, and counted where it can be."""

from __future__ import annotations

import pytest

from infra.review.schedules import schedule_of
from tests.infra.review.plans import Json


def _cron(expression: str) -> list[Json]:
    return [{"quartz_cron_expression": expression, "timezone_id": "UTC", "pause_status": "UNPAUSED"}]


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("0 0 6 * * ?", 30),
        ("0 0/15 * * * ?", 2880),
        ("0 0 8-17/3 ? * MON-FRI", 86),  # 8, 11, 14 and 17 o'clock of five days in seven
        ("0 30 5 ? * SUN,4", 9),
        ("0 0 4 3 JAN-DEC ?", 1),
        ("0 0 4 L * ?", None),
        ("0 0 4 ? * 6#3", None),
        ("0 0 6 * * ? 2027", None),
        ("every day", None),
    ],
)
def test_runs_are_counted_by_quartz(expression: str, runs: int | None) -> None:
    """Seconds first, Sunday is 1; what is not counted is told not to be."""
    schedule = schedule_of({"schedule": _cron(expression)})
    assert schedule is not None
    assert (None if schedule.runs is None else round(schedule.runs)) == runs


def test_other_ways_to_start_a_job() -> None:
    """A period is counted, too; what arrives can't be; what is paused runs never."""
    periodic = schedule_of(
        {"trigger": [{"periodic": [{"interval": 2, "unit": "HOURS"}], "pause_status": None}]}
    )
    assert periodic is not None
    assert (periodic.text, periodic.runs) == ("every 2 hours", 360)
    arriving = schedule_of({"trigger": [{"file_arrival": [{"url": "/Volumes/x"}]}]})
    assert arriving is not None
    assert arriving.runs is None
    paused = schedule_of({"continuous": [{"pause_status": "PAUSED"}]})
    assert paused is not None
    assert (paused.text, paused.runs) == ("all the time", 0)
