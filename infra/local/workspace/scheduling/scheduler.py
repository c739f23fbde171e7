"""Fires what is due. What was due while the account was down is not made up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from infra.local.workspace.scheduling.clock import Clock
from infra.local.workspace.scheduling.triggers import Trigger

Key = str


class Scheduler:
    """One thread that waits for the next time at which anything fires."""

    def __init__(self, clock: Clock, fire: Callable[[Key], None]) -> None:
        self._clock = clock
        self._fire = fire
        self._triggers: dict[Key, Trigger] = {}
        self._due: dict[Key, float] = {}
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def start(self, triggers: Mapping[Key, Trigger]) -> None:
        """Fire for these from now on."""
        for key, trigger in triggers.items():
            self.put(key, trigger)
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Fire no more."""
        self._stopped = True
        self._changed.set()
        if self._thread:
            self._thread.join()

    def put(self, key: Key, trigger: Trigger | None) -> None:
        """Let something's trigger count from now on; None: it has none."""
        with self._lock:
            if trigger is None:
                self._triggers.pop(key, None)
                self._due.pop(key, None)
            elif self._triggers.get(key) != trigger:
                self._triggers[key] = trigger
                self._due[key] = trigger.next_after(self._clock.now())
        self._changed.set()

    def _run(self) -> None:
        while not self._stopped:
            self._changed.clear()
            for key in self._take_due():
                self._fire(key)
            self._clock.wait(self._changed, self._seconds_left())

    def _take_due(self) -> list[Key]:
        now = self._clock.now()
        with self._lock:
            due = [key for key, instant in self._due.items() if instant <= now]
            for key in due:
                self._due[key] = self._triggers[key].next_after(now)
        return due

    def _seconds_left(self) -> float | None:
        with self._lock:
            soonest = min(self._due.values(), default=None)
        return None if soonest is None else max(0.0, soonest - self._clock.now())
