"""The life of a securable, the same for every type: made, seen, changed, renamed, dropped."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from infra.local.workspace.catalog.enforcement import missing
from infra.local.workspace.catalog.guard import Guard
from infra.local.workspace.catalog.names import TITLES, Securable, check_name
from infra.local.workspace.catalog.principals import Principals
from infra.local.workspace.catalog.privileges import CREATE, MANAGE
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.errors import AlreadyExistsError, InvalidParameterError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, DuplicateKeyError, Store

Dropped = Callable[[Securable, Document], None]


@dataclass(frozen=True)
class Found:
    """A securable with its document, as one caller sees it."""

    securable: Securable
    document: Document
    browse_only: bool = False


class Objects:
    """Makes, changes and drops securables after asking the guard; each change is one transaction."""

    def __init__(self, store: Store, records: Records, guard: Guard, principals: Principals) -> None:
        self._store = store
        self._records = records
        self._guard = guard
        self._principals = principals
        self.on_dropped: list[Dropped] = []

    def create(self, caller: Caller, workspace_id: int, securable: Securable, fields: Document) -> Found:
        """A new securable, owned by the caller; PermissionDenied, NotFound (parent), AlreadyExists."""
        with self._store.transaction():
            self.require_create(caller, workspace_id, securable)
            document = {
                **stamp(caller.name),
                **fields,
                "id": str(uuid.uuid4()),
                "owner_id": caller.principal.id,
            }
            return self.insert(securable, document)

    def insert(self, securable: Securable, document: Document) -> Found:
        """Store a new securable without asking anybody."""
        try:
            return Found(securable, self._records.insert(securable, document))
        except DuplicateKeyError as error:
            title = TITLES[securable.type]
            models = securable.type == "registered_model"
            code = "RESOURCE_ALREADY_EXISTS" if models else f"{securable.type.upper()}_ALREADY_EXISTS"
            raise AlreadyExistsError(f"{title} '{securable.full_name}' already exists.", code=code) from error

    def require_create(self, caller: Caller, workspace_id: int, securable: Securable) -> None:
        """Raise unless the caller may create something of this name."""
        parent = securable.parent
        if parent is None:
            parent = Securable("metastore", self._guard.metastore(workspace_id)["metastore_id"])
        self._guard.require(caller, workspace_id, CREATE[securable.type], parent)
        document = self._records.get(parent) if parent.type != "metastore" else None
        if document is not None:
            _refuse_system(parent, document)

    def read(self, caller: Caller, workspace_id: int, securable: Securable, *, browse: bool = False) -> Found:
        """What the caller may see of a securable."""
        browse_only = self._guard.require_sight(caller, workspace_id, securable, browse=browse)
        return Found(securable, self.get(securable), browse_only)

    def filter(
        self,
        caller: Caller,
        workspace_id: int,
        found: Iterable[tuple[Securable, Document]],
        *,
        browse: bool = False,
    ) -> list[Found]:
        """Those of some securables that the caller may see."""
        seen = self._guard.filter_seen(caller, workspace_id, list(found), browse=browse)
        return [Found(*each) for each in seen]

    def alter(
        self,
        caller: Caller,
        workspace_id: int,
        securable: Securable,
        changes: Document,
        *,
        privilege: str = MANAGE,
    ) -> Found:
        """Change fields, `owner` or, with `new_name`, the name."""
        changes = dict(changes)
        owner, new_name = changes.pop("owner", None), changes.pop("new_name", None)
        if owner or new_name:
            privilege = MANAGE
        with self._store.transaction():
            self._guard.require(caller, workspace_id, privilege, securable, write=True)
            document = self.get(securable)
            _refuse_system(securable, document)
            document |= changes
            if owner:
                document["owner_id"] = self._principals.require_id(owner)
            document["updated_at"], document["updated_by"] = _now(), caller.name
            self._records.put(securable, document)
            target = self._rename(caller, workspace_id, securable, new_name) if new_name else securable
        return Found(target, document)

    def _rename(self, caller: Caller, workspace_id: int, old: Securable, new_name: object) -> Securable:
        parent = old.parent
        new = (
            parent.child(old.type, new_name)
            if parent
            else Securable(old.type, check_name(old.type, new_name))
        )
        if new == old:
            return old
        self.require_create(caller, workspace_id, new)
        if self._records.get(new) is not None:
            raise AlreadyExistsError(f"{new} already exists.", code=f"{new.type.upper()}_ALREADY_EXISTS")
        self._records.rename(old, new)
        return new

    def drop(self, caller: Caller, workspace_id: int, securable: Securable, *, force: bool = False) -> None:
        """Remove a securable; with `force`, everything in it too."""
        with self._store.transaction():
            self._guard.require(caller, workspace_id, MANAGE, securable, write=True)
            document = self.get(securable)
            _refuse_system(securable, document)
            content = [child for child in self._records.below(securable) if not child[1].get("system")]
            if content and not force:
                raise InvalidParameterError(
                    f"{securable} is not empty: it has {len(content)} object(s), e.g. {content[0][0]}.",
                    code=f"{securable.type.upper()}_NOT_EMPTY",
                )
            dropped = self._forget(securable, document)
        for each, gone in dropped:
            for listener in self.on_dropped:
                listener(each, gone)

    def _forget(self, securable: Securable, document: Document) -> list[tuple[Securable, Document]]:
        dropped = [pair for child in self._records.below(securable) for pair in self._forget(*child)]
        self._records.delete(securable, document)
        return [*dropped, (securable, document)]

    def get(self, securable: Securable) -> Document:
        """A securable's document; NotFoundError. Asks nobody."""
        document = self._records.get(securable)
        if document is None:
            raise missing(securable)
        return document


def stamp(name: str) -> Document:
    """Who made something, and when, in milliseconds since 1970."""
    now = _now()
    return {"created_at": now, "created_by": name, "updated_at": now, "updated_by": name}


def _now() -> int:
    return int(time.time() * 1000)


def _refuse_system(securable: Securable, document: Document) -> None:
    if document.get("system"):
        raise InvalidParameterError(f"{securable} is kept by the system and can't be changed.")
