"""Quartz schedules and what fires by them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from infra.local.workspace.errors import ApiError
from infra.local.workspace.scheduling.quartz import QuartzSchedule
from infra.local.workspace.scheduling.scheduler import Scheduler
from infra.local.workspace.scheduling.triggers import Period, parse_trigger
from tests.infra.local.workspace.jobs.factory import Factory, condition_task, result_of
from tests.infra.local.workspace.members import Workspace

_START = "2026-03-28 12:00:30"


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._waiting: set[threading.Event] = set()

    def now(self) -> float:
        """The time it was moved to."""
        return self._now

    def wait(self, event: threading.Event, seconds: float | None) -> None:
        """Return when the event is set or the clock is moved."""
        if seconds is None or seconds > 0:
            self._waiting.add(event)
            event.wait()

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
        for event in self._waiting:
            event.set()


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


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


def test_paused_schedules_do_not_fire() -> None:
    """A trigger is one only while it is not paused."""
    trigger = {"periodic": {"interval": 2, "unit": "HOURS"}}
    assert parse_trigger({"trigger": trigger}) == Period(7200)
    assert parse_trigger({"trigger": {**trigger, "pause_status": "PAUSED"}}) is None


@pytest.fixture
def fired() -> queue.Queue[str]:
    """What the scheduler has fired."""
    return queue.Queue()


@pytest.fixture
def clock() -> ManualClock:
    """A clock at a Saturday's noon."""
    return ManualClock(_instant(_START))


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


def test_a_schedule_starts_runs(factory: Factory) -> None:
    """A job with a schedule that is not paused is run by it, as its principal."""
    schedule = {"quartz_cron_expression": "* * * * * ?", "timezone_id": "UTC"}
    job_id = factory.create([condition_task("a", "1", "EQUAL_TO", "1")], schedule=schedule)
    jobs = factory.deployer.client.jobs
    while not (runs := list(jobs.list_runs(job_id=job_id))):
        threading.Event().wait(0.1)
    run = factory.wait(runs[-1].run_id)
    jobs.delete(job_id)
    assert run.trigger is not None
    assert (run.trigger.value, result_of(run)) == ("PERIODIC", "SUCCESS")


def test_a_deleted_workspace_runs_nothing(factory: Factory) -> None:
    """The jobs of a workspace end with it; its schedules fire no more."""
    workspace = Workspace(factory.local_account, factory.account, "short-lived")
    schedule = {"quartz_cron_expression": "* * * * * ?", "timezone_id": "UTC"}
    task = condition_task("a", "1", "EQUAL_TO", "1")
    factory.create([task], client=workspace.client, run_as=None, schedule=schedule)
    factory.account.workspaces.delete(workspace.id)
    assert not any(key.startswith(f"{workspace.id}/") for key in factory.jobs.declared.triggers())
