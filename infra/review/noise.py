"""Differences that are known not to matter, taken out of plans and counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from infra.config.review import FILE, Noise
from infra.config.waivers import LONGEST
from infra.review.finding import Finding, Section, Severity
from infra.review.plan import Change, Plan, Values, is_unknown
from infra.review.values import before

_Place = tuple[str, str, Noise]  # a stack, an address in it, and the entry that hides something there


@dataclass(frozen=True)
class Sifted:
    """Plans without what is known not to matter, and what that was."""

    plans: tuple[Plan, ...]
    hidden: Mapping[Noise, int]  # how many resources each entry hid its attribute of, if any
    unused: tuple[Noise, ...]  # entries that hid nothing
    findings: tuple[Finding, ...]  # entries that hide nothing any more, by their dates

    @property
    def line(self) -> str:
        """How much was hidden, and by which entries."""
        if not self.hidden:
            return "nothing hidden"
        count, entries = sum(self.hidden.values()), len(self.hidden)
        differences = "1 difference" if count == 1 else f"{count} differences"
        listed = ", ".join(f"{entry} ({number}, {entry.link})" for entry, number in self.hidden.items())
        return f"{differences}, {'1 entry' if entries == 1 else f'{entries} entries'}: {listed}"


def sift(plans: Iterable[Plan], entries: Sequence[Noise], today: date) -> Sifted:
    """The plans without the changes of nothing but listed attributes; of others, listed ones are left out.

    Only updates are sifted: what is made, replaced or destroyed is never noise. An entry that has
    expired, or that ends later than an entry may, hides nothing.
    """
    valid = [entry for entry in entries if today <= entry.until <= today + LONGEST]
    places: list[_Place] = []
    sifted = tuple(_sift(plan, valid, places) for plan in plans)
    found = [entry for _, _, entry in dict.fromkeys(places)]
    hidden = {entry: found.count(entry) for entry in valid if entry in found}
    unused = tuple(entry for entry in valid if entry not in hidden)
    return Sifted(
        sifted, hidden, unused, tuple(_told(entry, today) for entry in entries if entry not in valid)
    )


def _told(entry: Noise, today: date) -> Finding:
    if entry.until < today:
        what = f"expired on {entry.until} and hides nothing: take it out, or give a new date"
    else:
        what = f"ends on {entry.until} and hides nothing: until {today + LONGEST} at the latest"
    return Finding(Section.OTHER, Severity.LOW, FILE, f"noise {entry} {what}", (entry.link,))


def _sift(plan: Plan, entries: Sequence[Noise], places: list[_Place]) -> Plan:
    changes, drifted = (
        tuple(each for change in changes if (each := _sift_change(change, entries, places)) is not None)
        for changes in (plan.changes, plan.drifted)
    )
    return replace(plan, changes=changes, drifted=drifted)


def _sift_change(change: Change, entries: Sequence[Noise], places: list[_Place]) -> Change | None:
    """The change without what is listed; None where nothing else is of it."""
    if change.kind != "update":
        return change
    left = change
    for entry in (entry for entry in entries if entry.is_of(change.type, change.address)):
        settled = _settle(left, entry.attribute.split("."))
        if settled.after != left.after or settled.unknown != left.unknown:
            places.append((change.stack, change.address, entry))
            left = settled
    if left is change or _differs(left) or change.imported or change.moved_from:
        return left
    return None


def _differs(change: Change) -> bool:
    old, new = before(change), change.after or {}
    return is_unknown(dict(change.unknown)) or any(old.get(name) != new.get(name) for name in {**old, **new})


def _settle(change: Change, parts: Sequence[str]) -> Change:
    """The change with an attribute after it as before it."""
    settled = _as_before(before(change), change.after or {}, parts)
    return replace(change, after=settled, unknown=_known(change.unknown, parts))


def _as_before(old: Any, new: Any, parts: Sequence[str]) -> Any:
    if not parts:
        return old
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        key, rest = _key(old, new, parts)
        if key not in old and key not in new:
            return new
        return {**new, key: _as_before(old.get(key), new.get(key), rest)}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [_as_before(one, other, parts) for one, other in zip(old, new, strict=True)]
    return new


def _key(old: Values, new: Values, parts: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The next key of a path; a map's key may itself have dots."""
    whole = ".".join(parts)
    return (whole, []) if whole in old or whole in new else (parts[0], parts[1:])


def _known(unknown: Any, parts: Sequence[str]) -> Any:
    """What is unknown without what is at the path."""
    if isinstance(unknown, list):
        return [_known(item, parts) for item in unknown]
    if not isinstance(unknown, Mapping):
        return unknown
    key, rest = _key(unknown, unknown, parts)
    if not rest:
        return {name: value for name, value in unknown.items() if name != key}
    return {name: _known(value, rest) if name == key else value for name, value in unknown.items()}
