"""What fires, and how often."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from infra.local.workspace.scheduling.quartz import QuartzSchedule
from infra.local.workspace.scheduling.scheduler import Scheduler
from tests.infra.local.workspace.scheduling.manual_clock import ManualClock

_NOON = datetime(2026, 3, 28, 12, 0, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def fired() -> queue.Queue[str]:
    """What the scheduler has fired."""
    return queue.Queue()


@pytest.fixture
def clock() -> ManualClock:
    """A clock at a Saturday's noon."""
    return ManualClock(_NOON)


@pytest.fixture
def scheduler(clock: ManualClock, fired: queue.Queue[str]) -> Iterator[Scheduler]:
    """A scheduler that goes by the manual clock."""
    started = Scheduler(clock, fired.put)
    started.start({})
    yield started
    started.stop()


def test_scheduler_fires_when_time_comes(
    clock: ManualClock, scheduler: Scheduler, fired: queue.Queue[str]
) -> None:
    """A schedule fires once when it is due, not for the times it missed, and not after it is gone."""
    scheduler.put("1/7", QuartzSchedule.parse("0 0 * * * ?", "UTC"))
    with pytest.raises(queue.Empty):
        fired.get(timeout=0.1)
    clock.move(3600)
    assert fired.get(timeout=5) == "1/7"
    clock.move(3 * 3600)
    assert fired.get(timeout=5) == "1/7"
    scheduler.put("1/7", None)
    clock.move(3600)
    with pytest.raises(queue.Empty):
        fired.get(timeout=0.1)
