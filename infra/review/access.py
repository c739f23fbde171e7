"""Who gains and who loses what: effective rights before and after, and the single rights behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from infra.config.destination import ACCOUNT_STACK
from infra.config.vocabulary import LEVELS, METASTORE_PRIVILEGES, SYSTEM_PRIVILEGES, TABLE_PRIVILEGES, Level
from infra.review.finding import Finding, Section
from infra.review.judging import Judge
from infra.review.single_rights import (
    OVERWRITTEN,
    WORDS,
    Address,
    SingleRights,
    address,
    place,
    told,
    without_renamed,
)
from infra.rights.effective import EffectiveRights, Right
from infra.rights.facts import Fact, find_facts
from infra.rights.reach import doors

Key = tuple[str, str, str | None, str]  # principal, environment, project, asset

_CHANGES = {"write", "manage"}
_OF_THE_ACCOUNT = {*METASTORE_PRIVILEGES, *SYSTEM_PRIVILEGES}  # the same seen from every environment


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
        right = self.after if self.gained else self.before
        return {(each.resource.stack, each.resource.address) for each in right.because} if right else set()


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
        self._before, self._after = before, after
        self._moved = _grouped(_compare(_rights(before), _rights(after)))
        had, has = find_facts(before), find_facts(after)
        gained = [fact for fact in has if fact not in had]
        lost = [fact for fact in had if fact not in has]
        self.told = {address(fact) for fact in (*gained, *lost)}  # the resources whose change is told of
        self._gained, self._lost = without_renamed(gained, lost, had, has)

    def findings(self) -> Iterator[Finding]:
        """Rights in the words of the access matrix first, then the single ones that move none of these."""
        yield from self._of_rights()
        replaced = {place(fact): fact.holds for fact in self._lost if fact.alone}
        anew = {place(fact) for fact in self._gained if fact.alone}
        lost = [fact for fact in self._lost if not (fact.alone and place(fact) in anew)]
        for facts, gained in ((self._gained, True), (lost, False)):
            single = SingleRights(self._judge, self._overwritten, replaced, gained)
            yield from single.findings(fact for fact in facts if not self._is_explained(fact))

    def _of_rights(self) -> Iterator[Finding]:
        for group in self._moved:
            moved = group[0]
            right = moved.right
            changes = (moved.after.level if moved.after else "read") in _CHANGES
            severity = self._judge.of(
                right.principal, right.environment, gained=moved.gained, changes=changes
            )
            why = tuple(self._why(group))
            yield Finding(Section.ACCESS, severity, right.environment, _sentence(group), why)

    def _why(self, group: Sequence[_Moved]) -> Iterator[str]:
        moved, facts = group[0], self._facts(group)
        for line in told(facts, moved.right.principal):
            yield f"{WORDS[moved.gained]} {line}"
        if not moved.gained and any(address(fact) in self._overwritten for fact in facts):
            yield OVERWRITTEN
        right = moved.after if moved.gained else moved.before
        if right and right.acting:
            yield f"by having jobs run as {right.acting}"
        if right and not facts:
            yield from (reason.says for reason in right.because)
        if moved.gained:
            yield from dict.fromkeys(line for item in group for line in doors(self._after, item.right))
            yield from _lines(group) if self._lines else ()

    def _facts(self, group: Sequence[_Moved]) -> list[Fact]:
        """The single rights that moved, of the resources that say so; a resource may say others', too."""
        because = {each for moved in group for each in moved.because}
        right, gained = group[0].right, group[0].gained
        principals = (self._after if gained else self._before).principals
        holders = {
            *principals.identities(right.principal),
            *principals.identities(right.acting or right.principal),
        }
        facts = self._gained if gained else self._lost
        return [fact for fact in facts if address(fact) in because and fact.principal in holders]

    def _is_explained(self, fact: Fact) -> bool:
        """Whether a right that moved tells of it, or of what it replaces."""
        return fact in self._explained or (fact.alone and place(fact) in self._explained_places)

    @cached_property
    def _explained(self) -> set[Fact]:
        return {fact for group in self._moved for fact in self._facts(group)}

    @cached_property
    def _explained_places(self) -> set[tuple[str, str, str]]:
        return {place(fact) for fact in self._explained if fact.alone}


def _rights(rights: EffectiveRights) -> dict[Key, Right]:
    """The most that everybody reaches, as themselves or as whom they can act."""
    found: dict[Key, Right] = {}
    for environment in rights.declared.environments:
        for principal in rights.everybody:
            for right in (*rights.of(principal, environment), *rights.beyond(principal, environment)):
                shared = right.asset in _OF_THE_ACCOUNT
                placed = replace(right, environment=ACCOUNT_STACK) if shared else right
                found[principal, placed.environment, right.project, right.asset] = placed
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
    for where, assets in places.items():
        by_assets.setdefault(", ".join(assets), []).append(where)
    all_of_it = "; ".join(f"{assets} in {', '.join(names)}" for assets, names in by_assets.items())
    return f"{moved.right.principal}: {_level(moved.before)} → {_level(moved.after)} of {all_of_it}"


def _lines(group: Sequence[_Moved]) -> Iterator[str]:
    """`access.yaml: contractors: {prod/flights: {read: [data, metrics]}}`, for each place."""
    places: dict[tuple[str, str], list[str]] = {}
    for right in (item.right for item in group if not item.right.acting):
        places.setdefault((right.place, right.level), []).append(right.asset)
    for (where, level), assets in places.items():
        said = [asset for asset in assets if asset not in TABLE_PRIVILEGES or "data" not in assets]
        row = f"{{{where}: {{{level}: [{', '.join(said)}]}}}}"
        yield f"to keep it, in access.yaml: {group[0].right.principal}: {row}"


def _level(right: Right | None) -> Level | str:
    return right.level if right else "nothing"
