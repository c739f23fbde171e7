"""What was changed outside of the code: what it is, when, by whom, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from databricks.sdk.core import DatabricksError

from infra.config.destination import ACCOUNT_STACK
from infra.config.settings import AllSettings
from infra.declared.declared import construct_paths
from infra.review.access import AccessChanges
from infra.review.adopting import setting_of
from infra.review.audit import AuditUnavailable, Event
from infra.review.clients import StackClients
from infra.review.deployed import Names, organisation_of, read_deployed
from infra.review.errors import first_line
from infra.review.finding import Finding
from infra.review.judging import Judge
from infra.review.noise import sift
from infra.review.plan import Change, Plan
from infra.review.stacks import Planned
from infra.review.undeclared import find_undeclared

Json = dict[str, Any]
_LENGTH = 80  # of a value that is told, in characters
Objects = Sequence[tuple[str, Mapping[str, Any]]]  # a type and its attributes
Undone = tuple[Change, Change]  # what was changed outside of the code, and how the next deploy takes it back
LastChanges = Callable[[str, Objects], list[Event | None]]  # of a stack's objects


@dataclass(frozen=True)
class Drifted:
    """Something that is no longer as it was deployed."""

    stack: str
    what: str  # its type and name
    changed: tuple[str, ...]  # each attribute from what to what, or that it is gone
    event: Event | None = None
    keep: str | None = None  # what to write into which file for it to stay
    undo: str = ""  # what takes it back


@dataclass(frozen=True)
class Drift:
    """All of it."""

    stacks: tuple[str, ...]
    drifted: tuple[Drifted, ...]
    access: tuple[Finding, ...]  # what it means for people
    ignored: int  # differences that the code does not decide: computed, or left to jobs
    remarks: tuple[str, ...]
    noise: str | None = None  # what was left out as listed in review.yaml, counted


def find_drift(
    settings: AllSettings,
    synthesized: Mapping[str, Json],
    planned: Planned,
    clients: StackClients,
    last_changes: LastChanges,
    *,
    today: date,
) -> Drift:
    """Compare what was deployed last with what is there now."""
    sifted = sift(planned.plans, settings.review.noise, today)
    stored = read_deployed(planned.stored, synthesized)
    real = read_deployed(planned.states, synthesized, planned.stored)
    looking = _Looking(clients, last_changes, real.names, deepcopy(real.documents), list(planned.remarks))
    drifted: list[Drifted] = []
    ignored = 0
    for plan in sifted.plans:
        undone = list(_undone(plan))
        ignored += len(plan.drifted) - len(undone)
        drifted += looking.judge(plan.stack, undone, construct_paths(synthesized[plan.stack]))
        drifted += looking.find_undeclared(plan.stack)
    access = tuple(_access(settings, stored.documents, looking.there))
    names = tuple(stack.name for stack in planned.stacks)
    remarks = tuple(dict.fromkeys(looking.remarks))
    return Drift(names, tuple(drifted), access, ignored, remarks, sifted.line if sifted.hidden else None)


@dataclass
class _Looking:
    """Asks the account about each stack; what can't be asked becomes a remark."""

    clients: StackClients
    last_changes: LastChanges
    names: Names
    there: dict[str, Json]  # the stacks as they are, with the grants that nobody declared
    remarks: list[str]

    def judge(self, stack: str, undone: Sequence[Undone], paths: Mapping[str, str]) -> Iterator[Drifted]:
        """Each change of a stack with who made it."""
        objects = [(change.type, change.before or change.after or {}) for change, _ in undone]
        for (change, again), event in zip(undone, self._events(stack, objects), strict=True):
            yield _drifted(change, again, event, paths)

    def find_undeclared(self, stack: str) -> Iterator[Drifted]:
        """Grants that no resource stands for; they are added to what is there."""
        if stack == ACCOUNT_STACK or stack not in self.there:
            return
        document = self.there[stack]
        try:
            grants = list(find_undeclared(self.clients.workspace(stack), document, self.names, stack))
        except (DatabricksError, ValueError) as error:
            message = f"grants in {stack} that nobody declared were not looked for: {first_line(error)}"
            self.remarks.append(message)
            return
        events = self._events(stack, [("databricks_grant", grant) for grant in grants])
        for number, (grant, event) in enumerate(zip(grants, events, strict=True)):
            document["resource"].setdefault("databricks_grant", {})[f"undeclared-{number}"] = grant
            yield _of_grant(stack, grant, event)

    def _events(self, stack: str, objects: Objects) -> list[Event | None]:
        try:
            return self.last_changes(stack, objects) if objects else []
        except (AuditUnavailable, DatabricksError, ValueError) as error:
            self.remarks.append(f"who changed {stack}, and when, is not known: {first_line(error)}")
            return [None] * len(objects)


def _of_grant(stack: str, grant: Json, event: Event | None) -> Drifted:
    kind = next(name for name in grant if name not in ("principal", "privileges"))
    who, where = grant["principal"], grant[kind]
    privileges = ", ".join(grant["privileges"])
    on = f"{kind.upper().replace('_', ' ')} {where}"
    return Drifted(
        stack,
        f"grant to {who} on {kind} {where}",
        (f"{privileges}, which nothing declares",),
        event,
        undo=f"REVOKE {privileges.replace('_', ' ')} ON {on} FROM `{who}`",
    )


def _access(
    settings: AllSettings, before: Mapping[str, Json], after: Mapping[str, Json]
) -> Iterator[Finding]:
    had, has = organisation_of(before, settings), organisation_of(after, settings)
    judge = Judge(has.production, has.insiders, frozenset())
    yield from AccessChanges(had.rights, has.rights, judge, lines=True).findings()


def _undone(plan: Plan) -> Iterator[Undone]:
    """What the next deploy would take back: of everything else, the code does not decide how it is."""
    planned = {change.address: change for change in plan.changes}
    for change in plan.drifted:
        again = planned.get(change.address)
        if again and (again.kind != "update" or set(again.attributes) & set(change.attributes)):
            yield change, again


def _drifted(change: Change, again: Change, event: Event | None, paths: Mapping[str, str]) -> Drifted:
    names = [name for name in change.attributes if name in again.attributes]
    gone = change.kind == "delete"
    changed = ("is gone",) if gone else tuple(_told(change, name) for name in names)
    keep = None if gone else setting_of(change, names, paths.get(change.address, ""))
    return Drifted(
        change.stack,
        f"{change.type} {change.label}",
        changed,
        event,
        keep,
        f"the next deploy of {change.stack}",
    )


def _told(change: Change, name: str) -> str:
    before, after = (values.get(name) if values else None for values in (change.before, change.after))
    return f"{name}: {_short(before)} → {_short(after)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]}…"
