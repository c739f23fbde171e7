"""What is the same of all that runs by itself: jobs, monitors, alerts."""

from __future__ import annotations

from collections.abc import Iterator

from infra.review.finding import Severity
from infra.review.plan import Change
from infra.review.saying import Saying
from infra.review.schedules import schedule_of
from infra.review.values import after, before, differing, in_order, same


def graver(production: bool) -> Severity:
    """How bad it is that something stops or is told to nobody."""
    return Severity.HIGH if production else Severity.MEDIUM


def milder(production: bool) -> Severity:
    """How bad it is that something goes otherwise than before."""
    return Severity.MEDIUM if production else Severity.LOW


def rescheduled(change: Change, noun: str, name: str, production: bool) -> Iterator[Saying]:
    """What becomes of its schedule."""
    old, new = schedule_of(before(change)), schedule_of(after(change))
    here = (change.address,)
    if old == new:
        return
    if new is None and old is not None:
        what = "loses its schedule: nothing starts it by itself any more"
        yield Saying(graver(production), noun, name, what, here, detail=f"was {old.text}")
    elif new is not None and old is None:
        state = ", paused" if new.paused else ""
        what = f"gets a schedule: {new.text}{state}"
        yield Saying(milder(production), noun, name, what, here)
    elif old is not None and new is not None:
        if new.paused and not old.paused:
            yield Saying(graver(production), noun, name, "is paused", here, detail=new.text)
        if old.paused and not new.paused:
            yield Saying(milder(production), noun, name, "is no longer paused", here, detail=new.text)
        if old.text != new.text:
            what = f"runs at other times: {old.text} → {new.text}"
            yield Saying(milder(production), noun, name, what, here)


def told_besides(change: Change, noun: str, name: str, told: set[str]) -> Iterator[Saying]:
    """The attributes that differ besides those that something else was said of."""
    if rest := [item for item in differing(change) if item not in told]:
        yield Saying(Severity.LOW, noun, name, f"changes in {in_order(rest)}, too", (change.address,))


def is_said(change: Change, name: str) -> bool:
    """Whether an attribute differs."""
    return not same(before(change).get(name), after(change).get(name))
