"""A clock for tests of schedulers."""

from __future__ import annotations

import threading


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
