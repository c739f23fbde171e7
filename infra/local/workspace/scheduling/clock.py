"""The time that schedules go by: the machine's, which people may move forward."""

from __future__ import annotations

import math
import threading
import time
from datetime import UTC, datetime
from typing import Protocol

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.store import Store

_LONGEST_WAIT_SECONDS = 60  # waits are not in machine time where the machine sleeps or is set right
_YEAR_3000 = datetime(3000, 1, 1, tzinfo=UTC).timestamp()
_OFFSET = "offset"


class Clock(Protocol):
    """Tells the time and waits for it."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def wait(self, event: threading.Event, until: float | None) -> None:
        """Return once the event is set or it is that late (None: only the event), or earlier."""


class WorkspaceClock:
    """The account's own clock: ahead of the machine's by what it was ever moved forward.

    It is never moved back: what has happened by it has happened.
    """

    def __init__(self, store: Store) -> None:
        self._kept = store.collection("clock")
        self._offset = float((self._kept.get(_OFFSET) or {"seconds": 0})["seconds"])
        self._lock = threading.Lock()
        self._waiting: set[threading.Event] = set()

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._offset

    def forward(self, seconds: float) -> float:
        """Move the clock on and wake who waits; returns the time that it is then.

        InvalidParameterError for a step back, or one beyond what calendars know.
        """
        if not math.isfinite(seconds) or seconds < 0:
            raise InvalidParameterError("The clock only moves forward, by a number of seconds from 0.")
        if self.now() + seconds > _YEAR_3000:
            raise InvalidParameterError("The clock does not move beyond the year 3000.")
        with self._lock:
            self._kept.put(_OFFSET, {"seconds": self._offset + seconds})
            self._offset += seconds
            for event in self._waiting:
                event.set()
        return self.now()

    def wait(self, event: threading.Event, until: float | None) -> None:
        """Return once the event is set, it is that late, the clock was moved, or after a minute."""
        with self._lock:
            left = None if until is None else max(0.0, min(until - self.now(), _LONGEST_WAIT_SECONDS))
            self._waiting.add(event)
        event.wait(left)
        with self._lock:
            self._waiting.discard(event)
