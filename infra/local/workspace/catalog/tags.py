"""Tags of catalogs, schemas, tables and volumes: by whom they may be given, and what they say."""

from __future__ import annotations

from infra.local.workspace.catalog.guard import Guard
from infra.local.workspace.catalog.names import Securable, parse
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.errors import (
    AlreadyExistsError,
    InvalidParameterError,
    NotFoundError,
    NotServedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, Store

_TYPES = {"catalogs": "catalog", "schemas": "schema", "tables": "table", "volumes": "volume"}
_COLUMNS = "columns"


class EntityTags:
    """Tags by the id of what they are on, so that they stay with it under a new name."""

    def __init__(self, store: Store, records: Records, guard: Guard) -> None:
        self._tags = store.collection("entity_tags")
        self._records, self._guard = records, guard

    def create(self, caller: Caller, workspace_id: int, fields: Document) -> Document:
        """A new tag; AlreadyExistsError where there is one of its key."""
        kind, name, key = (str(fields.get(part) or "") for part in ("entity_type", "entity_name", "tag_key"))
        if not key:
            raise InvalidParameterError("Missing required field: tag_key")
        place = self._place(caller, workspace_id, kind, name, key)
        if self._tags.get(place):
            raise AlreadyExistsError(f"{name} has a tag {key} already.")
        return self._tags.insert(place, _described(kind, name, key, fields))

    def get(self, caller: Caller, workspace_id: int, kind: str, name: str, key: str) -> Document:
        """A tag, for who may see what it is on."""
        securable = _securable(kind, name)
        self._guard.require_sight(caller, workspace_id, securable, browse=True)
        tag = self._tags.get(self._key(securable, key))
        if tag is None:
            raise NotFoundError(f"{name} has no tag {key}.")
        return {**tag, "entity_name": name}

    def all(self, caller: Caller, workspace_id: int, kind: str, name: str) -> list[Document]:
        """Every tag of a securable."""
        securable = _securable(kind, name)
        self._guard.require_sight(caller, workspace_id, securable, browse=True)
        return [{**tag, "entity_name": name} for tag in self._tags.all(self._key(securable, ""))]

    def update(self, caller: Caller, workspace_id: int, fields: Document) -> Document:
        """A tag with another value: `fields` say which one."""
        kind, name, key = (str(fields[part]) for part in ("entity_type", "entity_name", "tag_key"))
        place = self._place(caller, workspace_id, kind, name, key)
        self._existing(place, name, key)
        return self._tags.put(place, _described(kind, name, key, fields))

    def delete(self, caller: Caller, workspace_id: int, kind: str, name: str, key: str) -> None:
        """Take a tag off."""
        place = self._place(caller, workspace_id, kind, name, key)
        self._existing(place, name, key)
        self._tags.delete(place)

    def forget(self, document: Document) -> None:
        """Remove the tags of what was dropped."""
        for key, _ in self._tags.items(f"{document['id']}/"):
            self._tags.delete(key)

    def _place(self, caller: Caller, workspace_id: int, kind: str, name: str, key: str) -> str:
        securable = _securable(kind, name)
        self._guard.require(caller, workspace_id, "APPLY_TAG", securable, write=True)
        return self._key(securable, key)

    def _key(self, securable: Securable, key: str) -> str:
        document = self._records.get(securable)
        if document is None:
            raise NotFoundError(f"{securable.type} {securable.full_name} does not exist.")
        return f"{document['id']}/{key}"

    def _existing(self, place: str, name: str, key: str) -> None:
        if self._tags.get(place) is None:
            raise NotFoundError(f"{name} has no tag {key}.")


def _securable(kind: str, name: str) -> Securable:
    if kind == _COLUMNS:
        raise NotServedError("Tags of columns are not served locally.")
    if kind not in _TYPES:
        raise InvalidParameterError(f"entity_type must be one of {', '.join(_TYPES)}, not {kind!r}.")
    return parse(_TYPES[kind], name)


def _described(kind: str, name: str, key: str, fields: Document) -> Document:
    value = str(fields.get("tag_value") or "")
    return {"entity_type": kind, "entity_name": name, "tag_key": key, "tag_value": value}
