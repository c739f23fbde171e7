"""How much more or less something costs, and how bad that is."""

from __future__ import annotations

from dataclasses import dataclass

from infra.review.finding import Severity
from infra.review.plan import Change
from infra.review.saying import Saying
from infra.review.values import after, before

_MUCH = 4  # times as much, in any environment
_MUCH_IN_PRODUCTION = 2
_ROUND = 10  # times, from which on no fraction is told


@dataclass(frozen=True)
class Costs:
    """What is said of costs in a stack."""

    production: bool

    def compared(self, thing: Thing, what: str, old: float, new: float) -> Saying:
        """One that costs as `new` is to `old`; where one of them is nothing, there is no factor to tell."""
        if not old or not new:
            return self.more(thing, what) if new > old else self.less(thing, what)
        times = new / old
        limit = _MUCH_IN_PRODUCTION if self.production else _MUCH
        severity = Severity.LOW if times <= 1 else Severity.HIGH if times > limit else Severity.MEDIUM
        return self._saying(thing, what, severity, _factor(times))

    def more(self, thing: Thing, what: str) -> Saying:
        """One that costs more, by what can't be told."""
        return self._saying(thing, what, Severity.MEDIUM)

    def unlimited(self, thing: Thing, what: str) -> Saying:
        """One that nothing ends or tells of any more: bad in production."""
        return self._saying(thing, what, Severity.HIGH if self.production else Severity.MEDIUM)

    def less(self, thing: Thing, what: str) -> Saying:
        """One that costs less, or is only billed otherwise."""
        return self._saying(thing, what, Severity.LOW)

    def _saying(self, thing: Thing, what: str, severity: Severity, detail: str = "") -> Saying:
        here = (thing.change.address,)
        return Saying(severity, thing.noun, thing.name, what, here, detail=detail, becomes=True)


@dataclass(frozen=True)
class Thing:
    """What costs: a change's resource, under the name that people know."""

    change: Change
    noun: str
    name: str


def _factor(times: float) -> str:
    number = f"{times:.0f}" if times >= _ROUND else f"{times:.2g}"
    return f"{number}×"


def thing(change: Change, noun: str, *attributes: str) -> Thing:
    """A change's resource by the first of these attributes that it has."""
    names = (
        values[name] for values in (before(change), after(change)) for name in attributes if values.get(name)
    )
    return Thing(change, noun, str(next(names, change.address)))
