"""Single rights that are gained or lost, as sentences: those that move no level of the access matrix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.review.finding import Finding, Section, Severity
from infra.review.judging import Judge
from infra.rights.facts import Fact
from infra.rights.privileges import OWNER, creator

Address = tuple[str, str]  # stack and address

WORDS = {True: "gains", False: "loses"}
OVERWRITTEN = "was given outside of the code and is overwritten, which the plan does not show"
_READS = {
    *("SELECT", "READ_VOLUME", "EXECUTE", "BROWSE", "USE_CATALOG", "USE_SCHEMA", "READ", "USER", "sight"),
    *("CAN_VIEW", "CAN_READ", "CAN_USE", "CAN_QUERY", "CAN_RUN", "CAN_MONITOR", "workspace_access"),
    *("use", "read"),
}


@dataclass(frozen=True)
class SingleRights:
    """Facts of one kind: all gained, or all lost."""

    judge: Judge
    overwritten: frozenset[Address]
    replaced: Mapping[tuple[str, str, str], str]  # by place: the permission that was there instead
    gained: bool

    def findings(self, facts: Iterable[Fact]) -> Iterator[Finding]:
        """One for each thing that something changes on; of a new environment, one for each principal."""
        by_thing: dict[tuple[str, str, Severity], dict[str, list[Fact]]] = {}
        for fact in facts:
            new = fact.stack in self.judge.new
            key = (fact.stack, fact.principal if new else fact.on, self._severity(fact))
            by_thing.setdefault(key, {}).setdefault(fact.principal, []).append(fact)
        for (stack, _, severity), held in by_thing.items():
            yield self._finding(stack, severity, held)

    def _severity(self, fact: Fact) -> Severity:
        changes = fact.holds not in _READS
        return self.judge.of(fact.principal, fact.stack, gained=self.gained, changes=changes)

    def _finding(self, stack: str, severity: Severity, held: Mapping[str, Sequence[Fact]]) -> Finding:
        facts = [fact for each in held.values() for fact in each]
        why: list[str] = []
        if stack in self.judge.new:
            count = f"{len(facts)} single right{'s' if len(facts) > 1 else ''}"
            text = f"{facts[0].principal} {WORDS[self.gained]} {count} in {stack}"
            why += told(facts, facts[0].principal)
        elif len(held) > 1:
            # A state has service principals in the order of their ids, which no two accounts share.
            each = ", ".join(f"{who} ({self._holds(own)})" for who, own in sorted(held.items()))
            text = f"{each}: {WORDS[self.gained].removesuffix('s')} these rights {facts[0].on}"
        else:
            text = self._of_one(facts)
        if not self.gained and any(address(fact) in self.overwritten for fact in facts):
            why.append(OVERWRITTEN)
        return Finding(Section.ACCESS, severity, stack, text, tuple(why))

    def _of_one(self, facts: Sequence[Fact]) -> str:
        """`readers gains BROWSE on prod`, or `readers: CAN_VIEW → CAN_MANAGE on jobs flights-training`."""
        fact = facts[0]
        arrow = self._holds(facts)
        words = f": {arrow}" if "→" in arrow else f" {WORDS[self.gained]} {arrow}"
        return f"{fact.principal}{words} {fact.on}"

    def _holds(self, facts: Sequence[Fact]) -> str:
        fact = facts[0]
        if self.gained and fact.alone and (before := self.replaced.get(place(fact))):
            return f"{before} → {fact.holds}"
        return ", ".join(each.holds for each in facts)


def told(facts: Iterable[Fact], principal: str) -> list[str]:
    """`MODIFY, SELECT on prod.flights`, a line for each thing; with whose it is, where that is another's."""
    by_place: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        by_place.setdefault((fact.principal, fact.on), []).append(fact.holds)
    return [
        f"{', '.join(holds)} {on}" if who == principal else f"{', '.join(holds)} {on} ({who})"
        for (who, on), holds in by_place.items()
    ]


def without_renamed(
    gained: Iterable[Fact], lost: Iterable[Fact], before: Iterable[Fact], after: Iterable[Fact]
) -> tuple[list[Fact], list[Fact]]:
    """What is gained and what is lost, without what says nothing of people.

    That is what the same resource says of a thing that was renamed, and that whoever deploys owns what is
    made, and no longer what is gone.
    """
    known_before, known_after = {fact.on for fact in before}, {fact.on for fact in after}
    made = {fact for fact in gained if fact.on not in known_before}
    gone = {fact for fact in lost if fact.on not in known_after}
    renamed = {_held(fact) for fact in made} & {_held(fact) for fact in gone}
    return (
        [fact for fact in gained if _held(fact) not in renamed and not (fact in made and _is_maker(fact))],
        [fact for fact in lost if _held(fact) not in renamed and not (fact in gone and _is_maker(fact))],
    )


def _is_maker(fact: Fact) -> bool:
    return fact.holds == OWNER and fact.principal == creator(fact.stack)


def _held(fact: Fact) -> tuple[str, str, Address]:
    return fact.principal, fact.holds, address(fact)


def place(fact: Fact) -> tuple[str, str, str]:
    """Who holds something, and on what."""
    return fact.principal, fact.stack, fact.on


def address(fact: Fact) -> Address:
    """The resource that says it."""
    return fact.resource.stack, fact.resource.address
