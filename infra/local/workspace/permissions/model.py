"""The permissions service: an access control list for each object of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotFoundError, PermissionDeniedError
from infra.local.workspace.identity.authority import require_workspace_admin
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.permissions.grantees import ADMINS, USERS, Grantees
from infra.local.workspace.permissions.levels import MANAGE, OWNER, ObjectType, object_type, worded
from infra.local.workspace.store import Document, Store

Parent = tuple[str, str]


class Permissions:
    """Levels on objects, addressed by workspace, type (as in the REST path) and id.

    Other services tell it of their objects (`created`, `forget`) and ask it (`require`, `allows`).
    A workspace's admins manage everything in it. Levels on a directory hold for what is inside.
    """

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._lists = store.collection("access_control_lists")
        self._directory = directory
        self._grantees = Grantees(directory)

    def created(
        self, workspace_id: int, type_: str, object_id: str, caller: Caller, *, parent: Parent | None = None
    ) -> None:
        """Make the caller the owner of a new object (its manager, where the type has no owners).

        `parent` is the type and id of the directory from which it inherits.
        """
        kind = object_type(type_)
        entries = {caller.principal.id: kind.levels[-1]}
        self._put(workspace_id, kind, object_id, {"entries": entries, "parent": parent})

    def moved(self, workspace_id: int, type_: str, object_id: str, parent: Parent) -> None:
        """Let an object inherit from another directory than before."""
        kind = object_type(type_)
        document = self._existing(workspace_id, kind, object_id)
        self._put(workspace_id, kind, object_id, {**document, "parent": parent})

    def found(
        self,
        workspace_id: int,
        type_: str,
        object_id: str,
        *,
        parent: Parent | None,
        users: str | None = None,
        principal_id: str | None = None,
    ) -> None:
        """Start the list of an object that nobody created, e.g. `/Shared`.

        `users` is the level of everyone in the workspace; `principal_id` manages it.
        """
        entries = {**({USERS: users} if users else {}), **({principal_id: MANAGE} if principal_id else {})}
        document = {"entries": entries, "parent": parent}
        self._put(workspace_id, object_type(type_), object_id, document)

    def forget(self, workspace_id: int, type_: str, object_id: str) -> None:
        """Drop the list of an object that is gone."""
        self._lists.delete(_key(workspace_id, object_type(type_), object_id))

    def filed_in(self, workspace_id: int, type_: str, parents: Sequence[Parent]) -> list[str]:
        """The ids of the objects of a type that are in one of some directories. Asks nobody."""
        prefix = _key(workspace_id, object_type(type_), "")
        items = self._lists.items(prefix)
        return [key.removeprefix(prefix) for key, item in items if tuple(item["parent"] or ()) in parents]

    def level(self, caller: Caller, workspace_id: int, type_: str, object_id: str) -> str | None:
        """The highest level that the caller holds on an object, inherited ones too; None for none.

        An admin holds the highest on every object, also where there is none.
        """
        kind = object_type(type_)
        if caller.is_workspace_admin:
            return kind.levels[-1]
        keys = self._grantees.of(caller)
        document = self._lists.get(_key(workspace_id, kind, object_id))
        if document is None:
            return None
        held = [level for key, level in document["entries"].items() if key in keys]
        held += [level for key, level, _ in self._inherited(workspace_id, kind, document) if key in keys]
        return max(held, key=kind.rank, default=None)

    def allows(self, caller: Caller, workspace_id: int, type_: str, object_id: str, level: str) -> bool:
        """Whether the caller holds at least this level on an object."""
        kind = object_type(type_)
        held = self.level(caller, workspace_id, type_, object_id)
        return held is not None and kind.rank(held) >= kind.rank(level)

    def require(self, caller: Caller, workspace_id: int, type_: str, object_id: str, level: str) -> None:
        """PermissionDeniedError unless the caller holds at least this level, object or no object."""
        if not self.allows(caller, workspace_id, type_, object_id, level):
            raise PermissionDeniedError(
                f"{caller.name} does not have {worded(level)} permissions on {object_type(type_).name} "
                f"{object_id}. Please contact the owner or an administrator for access."
            )

    def require_manager(self, caller: Caller, workspace_id: int, type_: str, object_id: str) -> None:
        """PermissionDeniedError for who may not change an object's list: of some types, all but admins."""
        if MANAGE in object_type(type_).levels:
            self.require(caller, workspace_id, type_, object_id, MANAGE)
        else:
            require_workspace_admin(caller)

    def owner(self, workspace_id: int, type_: str, object_id: str) -> str | None:
        """The id of the principal that owns an object; None where it has no owner (any more)."""
        document = self._lists.get(_key(workspace_id, object_type(type_), object_id))
        owners = [key for key, level in (document or {"entries": {}})["entries"].items() if level == OWNER]
        return owners[0] if owners and self._grantees.describe(owners[0]) else None

    def describe(self, caller: Caller, workspace_id: int, type_: str, object_id: str) -> Document:
        """An object's list as the API shows it, inherited levels marked as such."""
        self.require_manager(caller, workspace_id, type_, object_id)
        return self._described(workspace_id, object_type(type_), object_id)

    def _described(self, workspace_id: int, kind: ObjectType, object_id: str) -> Document:
        document = self._existing(workspace_id, kind, object_id)
        shown: dict[str, list[Document]] = {}
        for key, level in document["entries"].items():
            shown.setdefault(key, []).append({"permission_level": level, "inherited": False})
        for key, level, source in self._inherited(workspace_id, kind, document):
            inherited = {"permission_level": level, "inherited": True, "inherited_from_object": [source]}
            shown.setdefault(key, []).append(inherited)
        named = {key: names for key in shown if (names := self._grantees.describe(key))}
        return {
            "object_id": f"/{kind.path}/{object_id}",
            "object_type": kind.name,
            "access_control_list": [{**named[key], "all_permissions": shown[key]} for key in sorted(named)],
        }

    def replace(
        self, caller: Caller, workspace_id: int, type_: str, object_id: str, entries: list[Any]
    ) -> Document:
        """The list after an object's own entries were replaced; what it inherits stays."""
        kind = object_type(type_)
        with self._store.transaction():
            document = self._changeable(caller, workspace_id, kind, object_id)
            owners = {key: level for key, level in document["entries"].items() if level == OWNER}
            given = self._given(workspace_id, kind, entries)
            if kind.path == "sql/warehouses" and OWNER not in given.values():
                given |= owners
            self._store_entries(caller, workspace_id, kind, object_id, {**document, "entries": given})
            return self._described(workspace_id, kind, object_id)

    def update(
        self, caller: Caller, workspace_id: int, type_: str, object_id: str, entries: list[Any]
    ) -> Document:
        """The list after the named principals' levels were set; a new owner takes the old one's place."""
        kind = object_type(type_)
        with self._store.transaction():
            document = self._changeable(caller, workspace_id, kind, object_id)
            given = self._given(workspace_id, kind, entries)
            kept = dict(document["entries"])
            if OWNER in given.values():
                kept = {key: level for key, level in kept.items() if level != OWNER}
            changed = {**document, "entries": kept | given}
            self._store_entries(caller, workspace_id, kind, object_id, changed)
            return self._described(workspace_id, kind, object_id)

    def _changeable(self, caller: Caller, workspace_id: int, kind: ObjectType, object_id: str) -> Document:
        self.require_manager(caller, workspace_id, kind.path, object_id)
        return self._existing(workspace_id, kind, object_id)

    def _given(self, workspace_id: int, kind: ObjectType, entries: list[Any]) -> dict[str, str]:
        """Levels by principal, the highest where one is named twice; admins have theirs anyway."""
        found: dict[str, str] = {}
        for entry in entries:
            level = str(entry.get("permission_level"))
            rank = kind.rank(level)
            key = self._grantees.key(workspace_id, entry)
            if key == ADMINS and level != kind.admins:
                raise InvalidParameterError("The permissions of group admins can't be changed.")
            if level == OWNER and self._grantees.is_group(key):
                raise InvalidParameterError("Groups can not be owners.")
            if key != ADMINS and (key not in found or rank > kind.rank(found[key])):
                found[key] = level
        return found

    def _store_entries(
        self,
        caller: Caller,
        workspace_id: int,
        kind: ObjectType,
        object_id: str,
        document: Document,
    ) -> None:
        owners = [key for key, level in document["entries"].items() if level == OWNER]
        before = self.owner(workspace_id, kind.path, object_id)
        if kind.has_owner and len(owners) != 1:
            raise InvalidParameterError(f"The {kind.name} must have exactly one owner.")
        may_pass_on = caller.is_workspace_admin or caller.principal.id == before
        if owners and owners[0] != before and not may_pass_on:
            raise PermissionDeniedError(
                f"Only the owner or an admin can change the owner of {kind.name} {object_id}."
            )
        self._put(workspace_id, kind, object_id, document)

    def _inherited(
        self, workspace_id: int, kind: ObjectType, document: Document
    ) -> list[tuple[str, str, str]]:
        """Key, level and source of what an object inherits, from the nearest directory on."""
        found: list[tuple[str, str, str]] = []
        while document["parent"]:
            type_, parent_id = document["parent"]
            above = self._lists.get(_key(workspace_id, object_type(type_), parent_id))
            if above is None:  # the directory was deleted, what was filed in it was not
                break
            for key, level in above["entries"].items():
                if held := kind.inherited(level):
                    found.append((key, held, f"/{type_}/{parent_id}"))
            document = above
        return [*found, (ADMINS, kind.admins, f"/{kind.path}/")]

    def _existing(self, workspace_id: int, kind: ObjectType, object_id: str) -> Document:
        document = self._lists.get(_key(workspace_id, kind, object_id))
        if document is None:
            raise NotFoundError(f"{kind.name} {object_id} does not exist.")
        return document

    def _put(self, workspace_id: int, kind: ObjectType, object_id: str, document: Document) -> None:
        self._lists.put(_key(workspace_id, kind, object_id), document)


def _key(workspace_id: int, kind: ObjectType, object_id: str) -> str:
    return f"{workspace_id}/{kind.path}/{object_id}"
