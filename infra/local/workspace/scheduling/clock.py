"""The time that schedules go by, so that tests can move it."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits for it."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def wait(self, event: threading.Event, seconds: float | None) -> None:
        """Return once the event is set or the seconds have passed (None: only the event)."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def wait(self, event: threading.Event, seconds: float | None) -> None:
        """Return once the event is set or the seconds have passed."""
        event.wait(seconds)
