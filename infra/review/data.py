"""What of the data a plan would destroy, replace, forget, or take the history of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.config.stateful import STATEFUL, is_at
from infra.review.finding import Finding, Section, Severity
from infra.review.plan import Change, Plan
from infra.review.terraform import KEPT
from infra.review.values import after, before, block, by_key, in_order, same, shown

_NOUNS: Mapping[str, str] = {  # in the order of the page
    "databricks_sql_table": "table",
    "databricks_registered_model": "model",
    "databricks_volume": "volume",
    "databricks_schema": "schema",
    "databricks_catalog": "catalog",
    "databricks_mlflow_experiment": "experiment",
    "databricks_secret_scope": "secret scope",
    "databricks_quality_monitor": "monitor",
    "databricks_metastore": "metastore",
    "databricks_mws_workspaces": "workspace",
    "azurerm_databricks_workspace": "workspace",
    "databricks_external_location": "external location",
    "databricks_storage_credential": "storage credential",
}
_GOES: Mapping[str, str] = {
    "databricks_sql_table": "all its rows and their history are lost",
    "databricks_registered_model": "all its versions and aliases are lost",
    "databricks_volume": "all its files are lost",
    "databricks_schema": "what is in it is lost",
    "databricks_catalog": "what is in it is lost",
    "databricks_mlflow_experiment": "all its runs are lost",
    "databricks_secret_scope": "all its secrets are lost",
    "databricks_metastore": "everything that it governs is lost",
    "databricks_mws_workspaces": "what is only in it is lost",
    "azurerm_databricks_workspace": "what is only in it is lost",
    "databricks_external_location": "files can't be reached by it any more",
    "databricks_storage_credential": "the cloud's storage can't be reached with it any more",
}
_RETENTION = ("delta.deletedFileRetentionDuration", "delta.logRetentionDuration")
_REFUSED = re.compile(r"Resource (\S+) has lifecycle\.prevent_destroy set")
_HASH = re.compile(r"_[0-9A-F]{8}$")  # with which cdktf ends the names that it makes of paths


@dataclass(frozen=True)
class Guard:
    """What a stack's settings say of its data: whether it may be lost, and what of it."""

    production: bool = False
    unprotected: tuple[str, ...] = ()  # construct paths of what may be destroyed
    disposable: bool = False  # whether all that the stack holds may go
    paths: Mapping[str, str] = field(default_factory=dict)  # construct paths within the stack, by address
    file: str = "its YAML file"  # that has the key `unprotected`
    disposable_at: tuple[str, ...] = ()  # paths of what may go, where the rest may not

    def is_disposable(self, change: Change) -> bool:
        """Whether it may go without a word."""
        return self.disposable or self._is_named(change, self.disposable_at)

    def is_named(self, change: Change) -> bool:
        """Whether the settings name it among what may be destroyed: it, or a path above it."""
        return self._is_named(change, self.unprotected)

    def to_name(self, address: str) -> str | None:
        """What to name in the settings: its path, or the nearest above it that still is in the stack."""
        if address in self.paths:
            return self.paths[address]
        name = address.partition(".")[2]
        above = {"/".join(parts[:n]) for parts in self._parts() for n in range(1, len(parts))}
        fitting = [path for path in above if name.startswith(f"{_flat(path)}_")]
        return max(fitting, key=len, default=None)

    def _parts(self) -> list[list[str]]:
        """The paths of what is stateful: only what is above one of those can be named."""
        return [
            path.split("/") for address, path in self.paths.items() if address.partition(".")[0] in STATEFUL
        ]

    def _is_named(self, change: Change, named: tuple[str, ...]) -> bool:
        path = self.paths.get(change.address)
        if path is not None:
            return any(is_at(path, name) for name in named)
        # What is declared no longer has no path: its name, which cdktf made of the path, tells.
        bare = _HASH.sub("", change.name)
        return any(bare == _flat(name) or bare.startswith(f"{_flat(name)}_") for name in named)


def find_data(plan: Plan, guard: Guard) -> Iterator[Finding]:
    """What would be lost, tables and models first."""
    order = [*_NOUNS, "databricks_entity_tag_assignment"]
    for change in sorted(plan.of(*order), key=lambda item: order.index(item.type)):
        if change.type == "databricks_quality_monitor":
            yield from _monitor(change, guard)
        elif change.type == "databricks_entity_tag_assignment":
            yield from _tag(change, guard)
        elif change.kind in ("delete", "replace"):
            yield _loss(change, guard)
        elif change.kind == "forget":
            yield _forgotten(change, guard)
        elif change.kind == "update":
            yield from _updated(change, guard)


def find_refused(
    stack: str, diagnostics: Iterable[Mapping[str, Any]], guard: Guard | None = None
) -> Iterator[Finding]:
    """What Terraform refuses to destroy: it made no plan, so that nothing else can be told of the stack."""
    for diagnostic in diagnostics:
        match = _REFUSED.search(str(diagnostic.get("detail", "")))
        if diagnostic.get("severity") != "error" or diagnostic.get("summary") != KEPT or match is None:
            continue
        address = match[1]
        guard = guard or Guard()
        path = guard.paths.get(address)
        yield Finding(
            Section.DATA,
            Severity.CRITICAL,
            stack,
            f"{_NOUNS.get(address.partition('.')[0], 'resource')} {path or address} would be destroyed or "
            "replaced: Terraform refuses the plan",
            (
                f"if it is meant, name {path or 'its path'} in `unprotected` of {guard.file}; "
                "if not, take back what changes it",
            ),
            (address,),
        )


def _loss(change: Change, guard: Guard) -> Finding:
    done = "replaced by a new one" if change.kind == "replace" else "destroyed"
    severity, advice = _judged(change, guard)
    text = f"{_subject(change)} is {done}: {_goes(change)}"
    return _finding(change, severity, text, *_causes(change), *advice)


def _judged(change: Change, guard: Guard) -> tuple[Severity, tuple[str, ...]]:
    """How bad it is that it goes, and what to do about it."""
    if guard.is_disposable(change):
        return Severity.LOW, ("it is disposable by the settings",)
    if _is_computed(change):
        return _else(guard, Severity.MEDIUM), ("its content is computed anew",)
    if change.type not in STATEFUL:
        return _else(guard, Severity.HIGH, Severity.MEDIUM), ()
    if not guard.production:
        return Severity.MEDIUM, ()
    if guard.is_named(change):
        return Severity.HIGH, (f"`unprotected` of {guard.file} names it",)
    return Severity.CRITICAL, _advice(change, guard)


def _advice(change: Change, guard: Guard) -> tuple[str, ...]:
    path = guard.to_name(change.address)
    if change.kind == "replace":
        return (f"if it is meant, name {path or 'its path'} in `unprotected` of {guard.file}",)
    gone = "it is no longer declared, so that Terraform does not refuse: declare it again to keep it"
    if path is None:
        return (gone,)
    return gone, f"if it is meant, name {path} in `unprotected` of {guard.file}"


def _is_computed(change: Change) -> bool:
    """Whether it is a schema that goes with its content by design, such as that of metric tables."""
    return change.type == "databricks_schema" and bool(before(change).get("force_destroy"))


def _goes(change: Change) -> str:
    return "the tables that monitors write go with it" if _is_computed(change) else _GOES[change.type]


def _else(guard: Guard, production: Severity, otherwise: Severity = Severity.LOW) -> Severity:
    return production if guard.production else otherwise


def _causes(change: Change) -> tuple[str, ...]:
    old, new = before(change), after(change)
    return tuple(
        f"{name} can't be changed in place: {shown(old.get(name))} → {shown(new.get(name))}"
        if not isinstance(old.get(name), list | dict)
        else f"{name} can't be changed in place"
        for name in dict.fromkeys(change.replaced_by)
    )


def _forgotten(change: Change, guard: Guard) -> Finding:
    text = f"{_subject(change)} stays, and is managed by no stack any more"
    return _finding(change, _lesser(guard), text, "Terraform forgets it without destroying it")


def _updated(change: Change, guard: Guard) -> Iterator[Finding]:
    old, new = before(change), after(change)
    if not same(old.get("name"), new.get("name")):
        text = f"{_subject(change)} is renamed to {shown(new.get('name'))}"
        yield _finding(change, _lesser(guard), text, "whoever uses its old name finds it no more")
    if change.type == "databricks_sql_table":
        yield from _columns(change, guard)
        yield from _retention(change, guard)
    if new.get("force_destroy") and not old.get("force_destroy"):
        text = f"{_subject(change)} may from now on be destroyed together with what nobody declared in it"
        yield _finding(change, _lesser(guard), text, "force_destroy: false → true")


def _columns(change: Change, guard: Guard) -> Iterator[Finding]:
    old, new = by_key(before(change), "column", "name"), by_key(after(change), "column", "name")
    severity = Severity.LOW if guard.disposable else _else(guard, Severity.HIGH, Severity.MEDIUM)
    if gone := [f"{name} ({old[name].get('type')})" for name in old if name not in new]:
        word = "column" if len(gone) == 1 else "columns"
        yield _finding(change, severity, f"{_subject(change)} loses the {word} {in_order(gone)}")
    for name in (name for name in old if name in new):
        types = [str(columns[name].get("type")) for columns in (old, new)]
        if types[0].lower() != types[1].lower():
            text = f"{_subject(change)} has another type in the column {name}: {types[0]} → {types[1]}"
            yield _finding(change, severity, text, "a column's type can't be changed without rewriting it")


def _retention(change: Change, guard: Guard) -> Iterator[Finding]:
    old, new = (block(values, "properties") for values in (before(change), after(change)))
    for name in _RETENTION:
        if not same(old.get(name), new.get(name)):
            text = f"{_subject(change)} keeps its history for another time ({name})"
            told = f"{shown(old.get(name))} → {shown(new.get(name))}"
            yield _finding(change, _lesser(guard), f"{text}: {told}")


def _monitor(change: Change, guard: Guard) -> Iterator[Finding]:
    if change.kind not in ("delete", "replace"):
        return
    severity = Severity.LOW if guard.disposable else _else(guard, Severity.MEDIUM)
    fate = "are computed anew from what the table still has" if change.kind == "replace" else "end here"
    text = f"metrics of the monitor of {change.value('table_name')} {fate}"
    tables = [change.value(f"{kind}_metrics_table_name") for kind in ("profile", "drift")]
    why = f"its metric tables: {in_order(table for table in tables if table)}" if any(tables) else ""
    yield _finding(change, severity, text, *filter(None, [why]), *_causes(change))


def _tag(change: Change, guard: Guard) -> Iterator[Finding]:
    old, new = before(change), after(change)
    if change.kind == "create" or same(old.get("tag_value"), new.get("tag_value")):
        return
    key, where = old.get("tag_key"), old.get("entity_name")
    becomes = "loses its tag" if change.kind in ("delete", "forget") else "changes its tag"
    told = shown(old.get("tag_value")) if not new else f"{old.get('tag_value')} → {new.get('tag_value')}"
    yield _finding(change, _lesser(guard), f"{where} {becomes} {key}: {told}")


def _lesser(guard: Guard) -> Severity:
    return Severity.LOW if guard.disposable else _else(guard, Severity.MEDIUM)


def _subject(change: Change) -> str:
    old = before(change)
    parts = [str(old[name]) for name in ("catalog_name", "schema_name") if old.get(name)]
    name = old.get("name") or old.get("workspace_name") or change.label
    return f"{_NOUNS[change.type]} {'.'.join([*parts, str(name)])}"


def _finding(change: Change, severity: Severity, text: str, *why: str) -> Finding:
    return Finding(Section.DATA, severity, change.stack, text, why, (change.address,))


def _flat(path: str) -> str:
    """A path as cdktf writes it into the names of resources: without what the part above ends with."""
    kept: list[str] = []
    for part in (re.sub(r"[^A-Za-z0-9_-]", "", part) for part in path.split("/")):
        if not kept or not kept[-1].endswith(part):
            kept.append(part)
    return "_".join(kept)
