"""Grants on securables: read, changed, and with what is inherited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.local.workspace.catalog.guard import Guard
from infra.local.workspace.catalog.names import SYSTEM_CATALOG, Securable
from infra.local.workspace.catalog.principals import Principals
from infra.local.workspace.catalog.privileges import APPLICABLE, MANAGE, READS, check
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, Store


@dataclass(frozen=True)
class Effective:
    """A privilege that somebody has on a securable, and where it was granted."""

    privilege: str
    source: Securable


class Grants:
    """Who was granted what, by the principals' names of now; those of deleted principals are silent."""

    def __init__(self, store: Store, records: Records, guard: Guard, principals: Principals) -> None:
        self._store = store
        self._records = records
        self._guard = guard
        self._principals = principals

    def get(
        self, caller: Caller, workspace_id: int, securable: Securable, *, principal: str | None = None
    ) -> dict[str, list[str]]:
        """Principal → privileges granted on the securable itself.

        Who doesn't manage it sees its own and its groups' alone.
        """
        shown = self._shown(caller, workspace_id, securable, principal)
        granted = self._guard.path(workspace_id, securable)[-1].grants
        return self._named({who: held for who, held in granted.items() if shown is None or who in shown})

    def effective(
        self, caller: Caller, workspace_id: int, securable: Securable, *, principal: str | None = None
    ) -> dict[str, list[Effective]]:
        """Principal → privileges on the securable, its own and inherited ones that apply to it."""
        shown = self._shown(caller, workspace_id, securable, principal)
        found: dict[str, list[Effective]] = {}
        path = self._guard.path(workspace_id, securable)
        for node in path if securable.type == "metastore" else path[1:]:
            visible = {who: held for who, held in node.grants.items() if shown is None or who in shown}
            for name, held in self._named(visible).items():
                applicable = [each for each in held if each in APPLICABLE[securable.type]]
                found.setdefault(name, []).extend(Effective(each, node.securable) for each in applicable)
        return {name: held for name, held in found.items() if held}

    def change(
        self, caller: Caller, workspace_id: int, securable: Securable, changes: object
    ) -> dict[str, list[str]]:
        """Add and remove privileges; returns all grants on the securable afterwards."""
        if not isinstance(changes, list):
            raise InvalidParameterError("changes must be a list.")
        with self._store.transaction():
            self._guard.require(caller, workspace_id, MANAGE, securable, write=True)
            object_id = self._object_id(securable)
            grants = self._records.grants(object_id)
            for change in changes:
                if not isinstance(change, dict):
                    raise InvalidParameterError("A change is an object with principal, add and remove.")
                who = self._principals.require_id(change.get("principal"))
                held = set(grants.get(who, [])) | _read(change, "add", securable)
                grants[who] = sorted(held - _read(change, "remove", securable))
            self._records.put_grants(object_id, grants)
        return self._named({who: frozenset(held) for who, held in grants.items() if held})

    def _object_id(self, securable: Securable) -> str:
        if securable.type == "metastore":
            return securable.full_name
        document = self._records.get(securable)
        if document is None or (document.get("system") and securable.catalog != SYSTEM_CATALOG):
            raise InvalidParameterError(f"Grants on {securable} can't be changed.")
        return str(document["id"])

    def _shown(
        self, caller: Caller, workspace_id: int, securable: Securable, principal: str | None
    ) -> frozenset[str] | None:
        """Ids of the principals whose grants are answered; None for all."""
        may_see_all = self._guard.allows_reading(caller, workspace_id, MANAGE, securable)
        if not may_see_all:
            self._guard.require_sight(caller, workspace_id, securable, browse=True)
        wanted = frozenset({self._principals.require_id(principal)}) if principal else None
        if may_see_all:
            return wanted
        own = self._guard.names(caller)
        return own if wanted is None else wanted & own

    def _named(self, grants: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
        named = {self._principals.name(who): sorted(held) for who, held in grants.items()}
        return {name: held for name, held in sorted(named.items(), key=str) if name is not None}


def _read(change: Document, key: str, securable: Securable) -> set[str]:
    names = change.get(key) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidParameterError(f"{key} must be a list of privileges.")
    checked = {check(name, securable) for name in names}
    if securable.catalog == SYSTEM_CATALOG and (more := sorted(checked - READS)):
        raise InvalidParameterError(
            f"{securable} can only be read: {', '.join(more)} can't be granted on it."
        )
    return checked
