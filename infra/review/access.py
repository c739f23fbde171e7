"""Who gains and who loses what: effective rights before and after, and the single facts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from infra.config.vocabulary import LEVELS, TABLE_PRIVILEGES, Level
from infra.review.finding import Finding, Section, Severity
from infra.rights.effective import EffectiveRights, Right
from infra.rights.facts import Fact, find_facts
from infra.rights.reach import doors

Key = tuple[str, str, str | None, str]  # principal, environment, project, asset
Address = tuple[str, str]  # stack and address

_CHANGES = {"write", "manage"}
_WORDS = {True: "gains", False: "loses"}
_OVERWRITTEN = "was given outside of the code and is overwritten, which the plan does not show"
_READS = {"SELECT", "READ_VOLUME", "EXECUTE", "BROWSE", "USE_CATALOG", "USE_SCHEMA", "READ", "USER", "sight"}
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
    sees them created, and not what they take away. With `lines`, whatever is gained comes with the line of
    access.yaml that would say so.
    """

    def __init__(
        self,
        before: EffectiveRights,
        after: EffectiveRights,
        judge: Judge,
        overwritten: Iterable[Address] = (),
        *,
        lines: bool = False,
    ) -> None:
        self._judge, self._overwritten, self._lines = judge, frozenset(overwritten), lines
        self._after = after
        self._moved = list(_compare(_rights(before), _rights(after)))
        had, has = find_facts(before), find_facts(after)
        self._gained = [fact for fact in has if fact not in had]
        self._lost = [fact for fact in had if fact not in has]
        self._replaced = {_place(fact): fact.holds for fact in self._lost if fact.alone}

    @property
    def told(self) -> set[Address]:
        """The resources whose change is told of."""
        return {_address(fact) for fact in (*self._gained, *self._lost)}

    def findings(self) -> Iterator[Finding]:
        """Rights in the words of the access matrix first, then the facts that move none of these."""
        yield from self._of_rights()
        yield from self._of_facts(self._gained, gained=True)
        replaced = {_place(fact) for fact in self._gained if fact.alone}
        lost = [fact for fact in self._lost if not (fact.alone and _place(fact) in replaced)]
        yield from self._of_facts(lost, gained=False)

    def _of_rights(self) -> Iterator[Finding]:
        for group in _grouped(self._moved):
            moved = group[0]
            right, facts = moved.right, self._facts(group)
            changes = (moved.after.level if moved.after else "read") in _CHANGES
            severity = self._judge.of(
                right.principal, right.environment, gained=moved.gained, changes=changes
            )
            why = list(self._why(facts, moved))
            if moved.gained:
                why += dict.fromkeys(line for item in group for line in doors(self._after, item.right))
                why += _lines(group) if self._lines else ()
            yield Finding(Section.ACCESS, severity, right.environment, _sentence(group), tuple(why))

    def _why(self, facts: Sequence[Fact], moved: _Moved) -> Iterator[str]:
        for line in _told(facts, moved.right.principal):
            yield f"{_WORDS[moved.gained]} {line}"
        if any(_address(fact) in self._overwritten for fact in facts):
            yield _OVERWRITTEN
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

    def _of_facts(self, facts: Iterable[Fact], *, gained: bool) -> Iterator[Finding]:
        by_place: dict[tuple[str, str, str], list[Fact]] = {}
        for fact in facts:
            if not self._is_explained(fact):
                on = "" if fact.stack in self._judge.new else fact.on
                by_place.setdefault((fact.principal, fact.stack, on), []).append(fact)
        for held in by_place.values():
            yield self._of_place(held, gained=gained)

    def _is_explained(self, fact: Fact) -> bool:
        """Whether a right that moved tells of it, or of what it replaces."""
        return fact in self._explained or (fact.alone and _place(fact) in self._explained_places)

    @cached_property
    def _explained(self) -> set[Fact]:
        return {fact for group in _grouped(self._moved) for fact in self._facts(group)}

    @cached_property
    def _explained_places(self) -> set[tuple[str, str, str]]:
        return {_place(fact) for fact in self._explained if fact.alone}

    def _of_place(self, facts: Sequence[Fact], *, gained: bool) -> Finding:
        fact = facts[0]
        changes = any(_is_more_than_reading(each.holds) for each in facts)
        severity = self._judge.of(fact.principal, fact.stack, gained=gained, changes=changes)
        if fact.stack in self._judge.new:
            text = (
                f"{fact.principal} {_WORDS[gained]} {len(facts)} single right{'s' if len(facts) > 1 else ''}"
            )
            return Finding(
                Section.ACCESS,
                severity,
                fact.stack,
                f"{text} in {fact.stack}",
                tuple(_told(facts, fact.principal)),
            )
        overwritten = not gained and any(_address(each) in self._overwritten for each in facts)
        why = (_OVERWRITTEN,) if overwritten else ()
        return Finding(Section.ACCESS, severity, fact.stack, self._in_words(facts, gained=gained), why)

    def _in_words(self, facts: Sequence[Fact], *, gained: bool) -> str:
        """`readers gains BROWSE on prod`, or `readers: CAN_VIEW → CAN_MANAGE on jobs flights-training`."""
        fact = facts[0]
        if gained and fact.alone and (before := self._replaced.get(_place(fact))):
            return f"{fact.principal}: {before} → {fact.holds} {fact.on}"
        return f"{fact.principal} {_WORDS[gained]} {', '.join(each.holds for each in facts)} {fact.on}"


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


def _lines(group: Sequence[_Moved]) -> Iterator[str]:
    """`access.yaml: contractors: {prod/flights: {read: [data, metrics]}}`, for each place."""
    places: dict[tuple[str, str], list[str]] = {}
    for right in (item.right for item in group if not item.right.acting):
        places.setdefault((right.place, right.level), []).append(right.asset)
    for (place, level), assets in places.items():
        told = [asset for asset in assets if asset not in TABLE_PRIVILEGES or "data" not in assets]
        row = f"{{{place}: {{{level}: [{', '.join(told)}]}}}}"
        yield f"to keep it, in access.yaml: {group[0].right.principal}: {row}"


def _level(right: Right | None) -> Level | str:
    return right.level if right else "nothing"


def _told(facts: Iterable[Fact], principal: str) -> list[str]:
    """`MODIFY, SELECT on prod.flights`, a line for each thing; with whose it is, where that is another's."""
    by_place: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        by_place.setdefault((fact.principal, fact.on), []).append(fact.holds)
    return [
        f"{', '.join(holds)} {on}" if who == principal else f"{', '.join(holds)} {on} ({who})"
        for (who, on), holds in by_place.items()
    ]


def _is_more_than_reading(holds: str) -> bool:
    return holds not in _READS and holds not in _READING_PERMISSIONS and holds not in ("use", "read")


def _place(fact: Fact) -> tuple[str, str, str]:
    return fact.principal, fact.stack, fact.on


def _address(fact: Fact) -> Address:
    return fact.resource.stack, fact.resource.address
