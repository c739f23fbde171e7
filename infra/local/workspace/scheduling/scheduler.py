"""Fires what is due, once: not again after a restart, nor when the machine's clock is set back.

What was due several times since it last fired is fired once. What was due while the account was
down is not made up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from infra.local.workspace.errors import ApiError
from infra.local.workspace.scheduling.clock import Clock
from infra.local.workspace.scheduling.triggers import Trigger
from infra.local.workspace.store import Collection

_log = logging.getLogger(__name__)

Key = str


class Scheduler:
    """One thread that waits for the next time at which anything fires.

    `fired` is where it is kept for which instant each key last fired. It is noted before the key
    is fired, so that what a killed account began is not begun again.
    """

    def __init__(self, clock: Clock, fire: Callable[[Key], None], *, fired: Collection) -> None:
        self._clock = clock
        self._fire = fire
        self._fired = fired
        self._last = {key: float(document["instant"]) for key, document in fired.items()}
        self._triggers: dict[Key, Trigger] = {}
        self._due: dict[Key, float] = {}
        self._lock = threading.Lock()  # never held while the store is asked: callers may hold the store
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
        if trigger is None:
            self._fired.delete(key)
        with self._lock:
            if trigger is None:
                for known in (self._triggers, self._due, self._last):
                    known.pop(key, None)
            elif self._triggers.get(key) != trigger:
                self._triggers[key] = trigger
                self._due[key] = trigger.next_after(max(self._clock.now(), self._last.get(key, 0)))
        self._changed.set()

    def due(self) -> dict[Key, float]:
        """When each key fires next, in seconds since the epoch."""
        with self._lock:
            return dict(self._due)

    def _run(self) -> None:
        while True:
            self._changed.clear()
            if self._stopped:
                return
            for key in self._take_due():
                self._fire_safely(key)
            self._clock.wait(self._changed, min(self.due().values(), default=None))

    def _fire_safely(self, key: Key) -> None:
        try:
            self._fire(key)
        except ApiError as error:  # nobody waits for the answer
            _log.warning("%s was due and could not start: %s", key, error.message)
        except Exception:
            _log.exception("%s was due and failed", key)  # the others are due nevertheless

    def _take_due(self) -> list[Key]:
        now = self._clock.now()
        with self._lock:
            taken = {key: instant for key, instant in self._due.items() if instant <= now}
            for key in taken:
                self._due[key] = self._triggers[key].next_after(now)
            self._last |= taken
        for key, instant in taken.items():
            self._fired.put(key, {"instant": instant})
        return list(taken)
