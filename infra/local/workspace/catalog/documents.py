"""Securables as the REST API describes them."""

from __future__ import annotations

from pathlib import Path

from infra.local.workspace.catalog.names import Securable
from infra.local.workspace.catalog.principals import Principals
from infra.local.workspace.store import Document

_HIDDEN = {"id", "owner_id", "location", "system"}
_IDS = {"schema": "schema_id", "storage_credential": "id", "table": "table_id", "volume": "volume_id"}


class Describer:
    """Turns stored documents into the API's, which speak names and locations instead of ids."""

    def __init__(self, principals: Principals, folder: Path) -> None:
        self._principals = principals
        self._folder = folder

    def describe(
        self, securable: Securable, document: Document, metastore_id: str | None, *, browse_only: bool = False
    ) -> Document:
        """A securable's description, with its owner's name of now."""
        answer = {key: value for key, value in document.items() if key not in _HIDDEN and value is not None}
        answer |= {"name": securable.name, "full_name": securable.full_name, "metastore_id": metastore_id}
        answer |= _parents(securable)
        answer["owner"] = self._principals.name(document["owner_id"]) or document["owner_id"]
        if id_field := _IDS.get(securable.type):
            answer[id_field] = document["id"]
        if document.get("location"):
            answer["storage_location"] = self.location(document).as_uri()
        if securable.type in ("catalog", "schema"):
            answer |= _kind(securable, document)
        if browse_only:
            answer["browse_only"] = True
        return answer

    def location(self, document: Document) -> Path:
        """The folder that holds a table's or volume's files."""
        return self._folder.joinpath(document["location"])


def _parents(securable: Securable) -> Document:
    parts = securable.full_name.split(".")[:-1]
    return dict(zip(("catalog_name", "schema_name"), parts, strict=False))


def _kind(securable: Securable, document: Document) -> Document:
    kind = {"catalog_type": "SYSTEM_CATALOG" if document.get("system") else "MANAGED_CATALOG"}
    if securable.type == "catalog":
        return {**kind, "securable_type": "CATALOG", "securable_kind": "CATALOG_STANDARD"}
    return kind
