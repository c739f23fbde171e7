"""From a firing to at most one run: repeats are told, and starts are not too frequent."""

import math
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from pipelines.hook.answers import Answer, Refused, Unanswered
from pipelines.hook.firing import TRIGGERED, Firing
from pipelines.hook.ledger import WINDOW, Ledger
from pipelines.hook.trainings import Trainings


class Retraining:
    """Answers firings one after another, so that copies which arrive at once meet each other's outcome."""

    def __init__(
        self, ledger: Ledger, trainings: Trainings, between_starts: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._ledger = ledger
        self._trainings = trainings
        self._between_starts = between_starts
        self._now = now
        self._one_at_a_time = threading.Lock()

    def answer(self, firing: Firing) -> Answer:
        """Start training for a firing that is triggered, new, and not too soon after the last start.

        Raises Refused otherwise, but for repeats and other states, which are answered as such.
        """
        if firing.state != TRIGGERED:
            return Answer(200, f"{firing.name} is {firing.state}: nothing is started")
        with self._one_at_a_time:
            return self._start(firing, self._now())

    def _start(self, firing: Firing, now: datetime) -> Answer:
        if firing.evaluated_at is not None and firing.evaluated_at < now - WINDOW:
            raise Refused(400, f"{firing.name} was evaluated more than {WINDOW.days} days ago")
        known = self._ledger.find(firing)
        if known is not None and known.run_id is not None:
            return Answer(
                200, f"{firing.name}: a repeat, run {known.run_id} was started for it", known.run_id
            )
        if (
            known is None
        ):  # one that was begun and not finished is tried again: its token starts no second run
            self._require_pause(firing, now)
            self._ledger.begin(firing, now)
        run_id = self._run(firing)
        self._ledger.finish(firing, run_id)
        return Answer(202, f"{firing.name} is triggered: started run {run_id}", run_id)

    def _require_pause(self, firing: Firing, now: datetime) -> None:
        newest = self._ledger.find_newest()
        if newest is None or now >= newest + self._between_starts:
            return
        seconds = math.ceil((newest + self._between_starts - now).total_seconds())
        minutes = self._between_starts.total_seconds() / 60
        raise Refused(
            429,
            f"{firing.name}: training was started less than {minutes:g} minutes ago",
            retry_after=seconds,
        )

    def _run(self, firing: Firing) -> int:
        try:
            return self._trainings.start(firing.token)
        except Unanswered:
            raise
        except Refused:
            self._ledger.forget(firing)
            raise
