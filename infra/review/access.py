"""Who gains and who loses what: effective rights before and after, and the single facts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from infra.config.vocabulary import LEVELS, Level
from infra.review.finding import Finding, Section, Severity
from infra.rights.effective import EffectiveRights, Right
from infra.rights.facts import Fact, find_facts

Key = tuple[str, str, str | None, str]  # principal, environment, project, asset
Address = tuple[str, str]  # stack and address

_CHANGES = {"write", "manage"}
_READS = {"SELECT", "READ_VOLUME", "EXECUTE", "BROWSE", "USE_CATALOG", "USE_SCHEMA", "READ", "USER", "sees"}
_READING_PERMISSIONS = (
    "CAN_VIEW",
    "CAN_READ",
    "CAN_USE",
    "CAN_QUERY",
    "CAN_RUN",
    "CAN_MONITOR",
    "workspace_access",
)


@dataclass(frozen=True)
class Judge:
    """How much a change of somebody's rights matters."""

    production: str
    insiders: frozenset[str]  # who owns production, its own service principals and the account's admins
    new: frozenset[str]  # environments that are not deployed yet

    def of(self, principal: str, stack: str, *, gained: bool, changes: bool) -> Severity:
        """In production who gains what, by who they are; elsewhere, and what is lost, matters less."""
        if stack in self.new and stack != self.production:
            return Severity.LOW
        if stack != self.production:
            return Severity.MEDIUM if gained else Severity.LOW
        if not gained or principal in self.insiders:
            return Severity.MEDIUM
        return Severity.CRITICAL if changes else Severity.HIGH


@dataclass(frozen=True)
class _Moved:
    """A right that is another one afterwards."""

    before: Right | None
    after: Right | None

    @property
    def right(self) -> Right:
        """Whose it is, and where."""
        return next(right for right in (self.after, self.before) if right)

    @cached_property
    def gained(self) -> bool:
        return _rank(self.after) > _rank(self.before)

    @property
    def because(self) -> set[Address]:
        """The resources that say so, or that said so."""
        told = self.after if self.gained else self.before
        return (
            {(reason.resource.stack, reason.resource.address) for reason in told.because} if told else set()
        )


class AccessChanges:
    """What changes between two sets of declared rights.

    `overwritten` are resources of `before` that stand for what was given outside of the code: whoever plans
    sees them created, and not what they take away.
    """

    def __init__(
        self,
        before: EffectiveRights,
        after: EffectiveRights,
        judge: Judge,
        overwritten: Iterable[Address] = (),
    ) -> None:
        self._judge, self._overwritten = judge, frozenset(overwritten)
        self._moved = list(_compare(_rights(before), _rights(after)))
        had, has = find_facts(before), find_facts(after)
        self._gained = [fact for fact in has if fact not in had]
        self._lost = [fact for fact in had if fact not in has]

    @property
    def told(self) -> set[Address]:
        """The resources whose change is told of."""
        return {_address(fact) for fact in (*self._gained, *self._lost)}

    def findings(self) -> Iterator[Finding]:
        """Rights in the words of the access matrix first, then the facts that move none of these."""
        yield from self._of_rights()
        yield from self._of_facts(self._gained, gained=True)
        yield from self._of_facts(self._lost, gained=False)

    def _of_rights(self) -> Iterator[Finding]:
        for group in _grouped(self._moved):
            moved = group[0]
            right, facts = moved.right, self._facts(group)
            changes = (moved.after.level if moved.after else "read") in _CHANGES
            severity = self._judge.of(
                right.principal, right.environment, gained=moved.gained, changes=changes
            )
            yield Finding(
                Section.ACCESS, severity, right.environment, _sentence(group), tuple(self._why(facts, moved))
            )

    def _why(self, facts: Sequence[Fact], moved: _Moved) -> Iterator[str]:
        word = "gains" if moved.gained else "loses"
        for line in _told(facts):
            yield f"{word} {line}"
        if any(_address(fact) in self._overwritten for fact in facts):
            yield "was given outside of the code and is overwritten, which the plan does not show"
        told = moved.after if moved.gained else moved.before
        if told and told.acting:
            yield f"by having jobs run as {told.acting}"
        if told and not facts:
            yield from (reason.says for reason in told.because)

    def _facts(self, group: Sequence[_Moved]) -> list[Fact]:
        """The facts that moved, of the resources that say so."""
        because = {address for moved in group for address in moved.because}
        facts = self._gained if group[0].gained else self._lost
        return [fact for fact in facts if _address(fact) in because]

    def _of_facts(self, facts: Sequence[Fact], *, gained: bool) -> Iterator[Finding]:
        explained = {
            fact
            for group in _grouped(self._moved)
            if group[0].gained == gained
            for fact in self._facts(group)
        }
        by_place: dict[tuple[str, str, str], list[Fact]] = {}
        for fact in facts:
            if fact not in explained:
                on = "" if fact.stack in self._judge.new else fact.on
                by_place.setdefault((fact.principal, fact.stack, on), []).append(fact)
        for (principal, stack, on), held in by_place.items():
            yield self._of_place(principal, stack, on, held, gained=gained)

    def _of_place(
        self, principal: str, stack: str, on: str, facts: Sequence[Fact], *, gained: bool
    ) -> Finding:
        changes = any(_is_more_than_reading(fact.holds) for fact in facts)
        severity = self._judge.of(principal, stack, gained=gained, changes=changes)
        word = "gains" if gained else "loses"
        if not on:
            count = f"{len(facts)} single right{'s' if len(facts) > 1 else ''}"
            return Finding(
                Section.ACCESS, severity, stack, f"{principal} {word} {count} in {stack}", tuple(_told(facts))
            )
        why: tuple[str, ...] = ()
        if any(_address(fact) in self._overwritten for fact in facts) and not gained:
            why = ("was given outside of the code and is overwritten, which the plan does not show",)
        holds = ", ".join(fact.holds for fact in facts)
        return Finding(Section.ACCESS, severity, stack, f"{principal} {word} {holds} {on}", why)


def _rights(rights: EffectiveRights) -> dict[Key, Right]:
    """The most that everybody reaches, as themselves or as whom they can act."""
    found: dict[Key, Right] = {}
    for environment in rights.declared.environments:
        for principal in rights.everybody:
            for right in (*rights.of(principal, environment), *rights.beyond(principal, environment)):
                found[principal, environment, right.project, right.asset] = right
    return found


def _compare(before: Mapping[Key, Right], after: Mapping[Key, Right]) -> Iterator[_Moved]:
    for key in dict.fromkeys((*after, *before)):
        had, has = before.get(key), after.get(key)
        if _rank(had) != _rank(has):
            yield _Moved(had, has)


def _rank(right: Right | None) -> int:
    return LEVELS.index(right.level) if right else -1


def _grouped(moved: Iterable[_Moved]) -> list[list[_Moved]]:
    """What happens to somebody in several places or to several assets is one line."""
    groups: dict[tuple[object, ...], list[_Moved]] = {}
    for item in moved:
        right = item.right
        key = (right.principal, right.environment, _rank(item.before), _rank(item.after), right.acting)
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def _sentence(group: Sequence[_Moved]) -> str:
    """`data-scientists: read → write of data, models in prod/flights`."""
    moved = group[0]
    places: dict[str, list[str]] = {}
    for item in group:
        places.setdefault(item.right.place, []).append(item.right.asset)
    by_assets: dict[str, list[str]] = {}
    for place, assets in places.items():
        by_assets.setdefault(", ".join(assets), []).append(place)
    where = "; ".join(f"{assets} in {', '.join(names)}" for assets, names in by_assets.items())
    return f"{moved.right.principal}: {_level(moved.before)} → {_level(moved.after)} of {where}"


def _level(right: Right | None) -> Level | str:
    return right.level if right else "nothing"


def _told(facts: Iterable[Fact]) -> list[str]:
    """`MODIFY, SELECT on prod.flights (ml-engineers)`, a line for each thing and holder."""
    by_place: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        by_place.setdefault((fact.principal, fact.on), []).append(fact.holds)
    return [f"{', '.join(holds)} {on} ({principal})" for (principal, on), holds in by_place.items()]


def _is_more_than_reading(holds: str) -> bool:
    return holds not in _READS and holds not in _READING_PERMISSIONS and holds not in ("use", "read")


def _address(fact: Fact) -> Address:
    return fact.resource.stack, fact.resource.address
