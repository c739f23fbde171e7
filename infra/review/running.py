"""What is the same of all that runs by itself: jobs, monitors, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.review.finding import Severity
from infra.review.plan import Change
from infra.review.saying import Saying
from infra.review.schedules import schedule_of
from infra.review.values import LATER, after, before, differing, in_order, same


@dataclass(frozen=True)
class Stakes:
    """How bad changes are, by what the stack is."""

    production: bool

    @property
    def graver(self) -> Severity:
        """Where something stops, or is told to nobody."""
        return Severity.HIGH if self.production else Severity.MEDIUM

    @property
    def milder(self) -> Severity:
        """Where something goes otherwise than before."""
        return Severity.MEDIUM if self.production else Severity.LOW


def rescheduled(change: Change, noun: str, name: str, stakes: Stakes) -> Iterator[Saying]:
    """What becomes of its schedule."""
    old, new = schedule_of(before(change)), schedule_of(after(change))
    here = (change.address,)
    if old == new:
        return
    if new is None and old is not None:
        what = "loses its schedule: nothing starts it by itself any more"
        yield Saying(stakes.graver, noun, name, what, here, detail=f"was {old.text}")
    elif new is not None and old is None:
        state = ", paused" if new.paused else ""
        what = f"gets a schedule: {new.text}{state}"
        yield Saying(stakes.milder, noun, name, what, here)
    elif old is not None and new is not None:
        if new.paused and not old.paused:
            yield Saying(stakes.graver, noun, name, "is paused", here, detail=new.text)
        if old.paused and not new.paused:
            yield Saying(stakes.milder, noun, name, "is no longer paused", here, detail=new.text)
        if old.text != new.text:
            what = f"runs at other times: {old.text} → {new.text}"
            yield Saying(stakes.milder, noun, name, what, here)


def told_besides(change: Change, noun: str, name: str, told: set[str]) -> Iterator[Saying]:
    """The attributes that differ besides those that something else was said of.

    What only the deploy will tell is not among them: the platform computes it with every update.
    """
    later = {name for name, value in after(change).items() if value == LATER}
    if rest := [item for item in differing(change) if item not in told | later]:
        yield Saying(Severity.LOW, noun, name, f"changes in {in_order(rest)}, too", (change.address,))


def is_said(change: Change, name: str) -> bool:
    """Whether an attribute differs."""
    return not same(before(change).get(name), after(change).get(name))
