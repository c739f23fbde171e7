"""What fires, and how often."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.workspace.errors import NotFoundError
from infra.local.workspace.scheduling.clock import Clock, WorkspaceClock
from infra.local.workspace.scheduling.quartz import QuartzSchedule
from infra.local.workspace.scheduling.scheduler import Scheduler
from infra.local.workspace.store import Store
from tests.infra.local.workspace.scheduling.manual_clock import ManualClock

_NOON = datetime(2026, 3, 28, 12, 0, 30, tzinfo=UTC).timestamp()
_HOURLY = QuartzSchedule.parse("0 0 * * * ?", "UTC")
Fired = queue.Queue[str]


@pytest.fixture
def fired() -> Fired:
    """What has fired."""
    return queue.Queue()


@pytest.fixture
def clock() -> ManualClock:
    """A clock at a Saturday's noon."""
    return ManualClock(_NOON)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Where it is kept what has fired."""
    opened = Store(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def scheduler(clock: ManualClock, store: Store, fired: Fired) -> Iterator[Scheduler]:
    """A scheduler that goes by the manual clock."""
    started = Scheduler(clock, fired.put, fired=store.collection("fired"))
    started.start({})
    yield started
    started.stop()


def test_a_schedule_fires_when_time_comes(clock: ManualClock, scheduler: Scheduler, fired: Fired) -> None:
    """It fires once when it is due, and not after it is gone."""
    scheduler.put("1/7", _HOURLY)
    assert_quiet(fired)
    clock.move(3600)
    assert fired.get(timeout=5) == "1/7"
    scheduler.put("1/7", None)
    clock.move(3600)
    assert_quiet(fired)


def test_a_clock_moved_across_several_times_fires_once(
    clock: ManualClock, scheduler: Scheduler, fired: Fired
) -> None:
    """Three hours at once are one firing; the next one comes at the next hour."""
    scheduler.put("1/7", _HOURLY)
    clock.move(3 * 3600)
    assert fired.get(timeout=5) == "1/7"
    assert_quiet(fired)
    assert scheduler.due() == {"1/7": _NOON - 30 + 4 * 3600}


def test_a_clock_set_back_fires_nothing_again(clock: ManualClock, store: Store, fired: Fired) -> None:
    """An hour that was fired for is not fired for again, not even by a scheduler that starts anew."""
    first = _start(clock, store, fired)
    clock.move(3600)
    assert fired.get(timeout=5) == "1/7"
    first.stop()
    clock.move(-1800)
    second = _start(clock, store, fired)
    clock.move(1800)
    assert_quiet(fired)
    clock.move(3600)
    assert fired.get(timeout=5) == "1/7"
    second.stop()


def test_a_restart_fires_nothing_again_and_makes_nothing_up(
    clock: ManualClock, store: Store, fired: Fired
) -> None:
    """What fired stays fired; what was due while nothing ran is left out."""
    first = _start(clock, store, fired)
    clock.move(3600)
    assert fired.get(timeout=5) == "1/7"
    first.stop()
    clock.move(3 * 3600)
    second = _start(clock, store, fired)
    assert_quiet(fired)
    second.stop()


def test_schedulers_that_are_woken_at_once_fire_their_own(store: Store, fired: Fired) -> None:
    """One move of the account's clock wakes every service's scheduler, and each fires once."""
    clock = WorkspaceClock(store)
    schedulers = [
        _start(clock, store, fired, key=f"{number}/7", collection=f"fired_{number}") for number in range(3)
    ]
    clock.forward(2 * 3600)
    assert sorted(fired.get(timeout=5) for _ in schedulers) == ["0/7", "1/7", "2/7"]
    clock.forward(1)
    assert_quiet(fired)
    for scheduler in schedulers:
        scheduler.stop()


def test_what_fails_does_not_keep_the_others_from_firing(
    clock: ManualClock, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """An error of one key is logged; the keys after it fire, now and later."""
    fired: Fired = queue.Queue()

    def fire(key: str) -> None:
        if key == "1/a":
            raise NotFoundError("the warehouse is gone")
        if key == "1/b":
            raise ZeroDivisionError
        fired.put(key)

    scheduler = Scheduler(clock, fire, fired=store.collection("fired"))
    scheduler.start({"1/a": _HOURLY, "1/b": _HOURLY, "1/c": _HOURLY})
    for _ in range(2):
        clock.move(3600)
        assert fired.get(timeout=5) == "1/c"
    scheduler.stop()
    assert "1/a was due and could not start: the warehouse is gone" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def _start(
    clock: Clock, store: Store, fired: Fired, *, key: str = "1/7", collection: str = "fired"
) -> Scheduler:
    scheduler = Scheduler(clock, fired.put, fired=store.collection(collection))
    scheduler.start({key: _HOURLY})
    return scheduler


def assert_quiet(fired: Fired) -> None:
    """Nothing fires."""
    with pytest.raises(queue.Empty):
        fired.get(timeout=0.1)
