"""Terraform's plan of one stack, as `terraform show -json` prints it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from infra.review.errors import ReviewError

Json = dict[str, Any]
Values = Mapping[str, Any]
Kind = Literal["create", "update", "replace", "delete", "forget", "read", "no-op"]

_FORMAT = "1."  # Terraform adds to 1.x; what it takes away or changes makes it 2
_WANTED = ("resource_changes", "configuration", "terraform_version")


@dataclass(frozen=True)
class Change:
    """What would be done to one resource, with its attributes before and after, None where there is none.

    What only the deploy will tell is left out of `after` and is true in `unknown`.
    """

    stack: str
    address: str
    type: str
    name: str
    kind: Kind
    before: Values | None = field(compare=False)
    after: Values | None = field(compare=False)
    unknown: Values = field(default_factory=dict, compare=False)
    replaced_by: tuple[str, ...] = ()  # the attributes whose change can only be made by replacing
    imported: bool = False
    moved_from: str | None = None

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The names of the attributes that differ; what becomes known only by the deploy differs."""
        before, after = self.before or {}, self.after or {}
        names = [*before, *(name for name in (*after, *self.unknown) if name not in before)]
        return tuple(
            name
            for name in dict.fromkeys(names)
            if is_unknown(self.unknown.get(name)) or before.get(name) != after.get(name)
        )

    def value(self, *names: str) -> Any:
        """The first of these attributes that there is, after the change or before it."""
        return next(
            (
                values[name]
                for values in (self.after, self.before)
                if values
                for name in names
                if values.get(name)
            ),
            None,
        )

    @property
    def label(self) -> str:
        """What people call it: its full name in the catalog, its name or path, else its address."""
        parts = [str(self.value(name)) for name in ("catalog_name", "schema_name") if self.value(name)]
        name = self.value("display_name", "name", "path", "table_name")
        return ".".join([*parts, str(name)]) if name else self.address


@dataclass(frozen=True)
class Plan:
    """What a deploy of one stack would do."""

    stack: str
    changes: tuple[Change, ...]  # without those that change nothing
    drifted: tuple[Change, ...]  # what was changed outside of the code since the last deploy
    prior: Json  # the state before, refreshed
    addresses: frozenset[str]  # all that the configuration declares
    raw: Json = field(compare=False, repr=False)

    def of(self, *types: str) -> list[Change]:
        """The changes of resources of these types."""
        return [change for change in self.changes if change.type in types]

    def count(self, *kinds: Kind) -> int:
        """How many changes are of these kinds."""
        return sum(change.kind in kinds for change in self.changes)


def read_plan(stack: str, text: str, source: str = "the plan") -> Plan:
    """A plan from Terraform's JSON; ReviewError where it is cut off, failed, or of another version."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReviewError(f"{source}: no JSON from line {error.lineno} on: is the file complete?") from None
    if not isinstance(raw, dict) or "format_version" not in raw:
        raise ReviewError(f"{source}: no plan; `terraform show -json PLAN` prints one")
    version = str(raw["format_version"])
    if not version.startswith(_FORMAT):
        raise ReviewError(f"{source}: plan format {version}, and {_FORMAT}x is what can be read")
    if missing := [name for name in _WANTED if name not in raw]:
        raise ReviewError(
            f"{source}: no plan, as it has no {missing[0]}; `terraform show -json PLAN` prints one"
        )
    if raw.get("errored") or raw.get("complete") is False:
        raise ReviewError(f"{source}: an incomplete plan, as planning failed or left something out")
    return _plan(stack, raw)


def is_unknown(unknown: Any) -> bool:
    """Whether any of it is known only after the deploy."""
    if isinstance(unknown, Mapping):
        return any(is_unknown(item) for item in unknown.values())
    return any(is_unknown(item) for item in unknown) if isinstance(unknown, list) else unknown is True


def _plan(stack: str, raw: Json) -> Plan:
    changes = [_change(stack, item) for item in raw["resource_changes"]]
    return Plan(
        stack,
        tuple(change for change in changes if change.kind not in ("no-op", "read") or change.imported),
        tuple(_change(stack, item) for item in raw.get("resource_drift", [])),
        raw.get("prior_state", {}),
        frozenset(
            item["address"] for item in raw["configuration"].get("root_module", {}).get("resources", [])
        ),
        raw,
    )


def _change(stack: str, item: Json) -> Change:
    change = item["change"]
    return Change(
        stack,
        item["address"],
        item["type"],
        item["name"],
        _kind(change["actions"]),
        change.get("before"),
        change.get("after"),
        change.get("after_unknown") or {},
        tuple(str(path[0]) for path in change.get("replace_paths", [])),
        "importing" in change,
        item.get("previous_address"),
    )


def _kind(actions: Sequence[str]) -> Kind:
    known: Mapping[tuple[str, ...], Kind] = {
        ("create",): "create",
        ("update",): "update",
        ("delete",): "delete",
        ("forget",): "forget",
        ("read",): "read",
        ("no-op",): "no-op",
        ("delete", "create"): "replace",
        ("create", "delete"): "replace",
        ("create", "forget"): "replace",
    }
    if tuple(actions) not in known:
        raise ReviewError(f"the plan does something that is not known here: {', '.join(actions)}")
    return known[tuple(actions)]
