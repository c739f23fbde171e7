"""A clock for tests of schedulers."""

from __future__ import annotations

import threading


class ManualClock:
    """A clock that stands still until it is moved, forward or back."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._waiting: set[threading.Event] = set()

    def now(self) -> float:
        """The time it was moved to."""
        return self._now

    def wait(self, event: threading.Event, until: float | None) -> None:
        """Return when the event is set or the clock is moved."""
        with self._lock:
            self._waiting.add(event)
            if until is not None and until <= self._now:
                return
        event.wait()

    def move(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._now += seconds
            for event in self._waiting:
                event.set()
