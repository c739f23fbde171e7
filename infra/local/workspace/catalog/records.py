"""What is kept of securables: one document each, their grants and their workspace bindings by id."""

from __future__ import annotations

from infra.local.workspace.catalog.names import Securable
from infra.local.workspace.store import Document, Store

_COLLECTIONS = {
    "catalog": "catalogs",
    "storage_credential": "storage_credentials",
    "external_location": "external_locations",
    "schema": "schemas",
    "table": "tables",
    "volume": "volumes",
    "registered_model": "registered_models",
}
_BELOW = {"catalog": ("schema",), "schema": ("table", "volume", "registered_model")}


class Records:
    """Documents of catalogs, of what lies in them and of what leads to storage, by full name.

    A document has `id` and `owner_id`; everything that refers to a securable does so by its id,
    so a rename moves nothing but names.
    """

    def __init__(self, store: Store) -> None:
        self._collections = {kind: store.collection(name) for kind, name in _COLLECTIONS.items()}
        self._grants = store.collection("grants")
        self._bindings = store.collection("workspace_bindings")
        self._system_schemas = store.collection("system_schemas")

    def get(self, securable: Securable) -> Document | None:
        """The document, or None."""
        return self._collections[securable.type].get(securable.full_name)

    def insert(self, securable: Securable, document: Document) -> Document:
        """Store a new document; DuplicateKeyError where the name is taken."""
        return self._collections[securable.type].insert(securable.full_name, document)

    def put(self, securable: Securable, document: Document) -> Document:
        """Replace a document."""
        return self._collections[securable.type].put(securable.full_name, document)

    def delete(self, securable: Securable, document: Document) -> None:
        """Forget a securable, its grants and its bindings; not what lies in it."""
        self._collections[securable.type].delete(securable.full_name)
        self._grants.delete(document["id"])
        self._bindings.delete(document["id"])

    def all(self, securable_type: str) -> list[tuple[Securable, Document]]:
        """Every securable of a type, in the order of their names."""
        items = self._collections[securable_type].items()
        return [(Securable(securable_type, name), document) for name, document in items]

    def children(self, parent: Securable, securable_type: str) -> list[tuple[Securable, Document]]:
        """What lies in a catalog or schema, of one type."""
        prefix = f"{parent.full_name}."
        items = self._collections[securable_type].items(prefix)
        return [(Securable(securable_type, name), document) for name, document in items]

    def below(self, parent: Securable) -> list[tuple[Securable, Document]]:
        """Everything directly in a catalog or schema; nothing for an object."""
        types = _BELOW.get(parent.type, ())
        return [child for securable_type in types for child in self.children(parent, securable_type)]

    def rename(self, old: Securable, new: Securable) -> None:
        """Move a securable and everything in it to another name; run it in a transaction."""
        for child, _ in self.below(old):
            name = child.full_name.rpartition(".")[2]
            self.rename(child, Securable(child.type, f"{new.full_name}.{name}"))
        document = self._collections[old.type].get(old.full_name)
        if document is not None:
            self._collections[old.type].delete(old.full_name)
            self._collections[new.type].insert(new.full_name, document)

    def grants(self, object_id: str) -> dict[str, list[str]]:
        """Principal id → privileges that were granted on the object itself."""
        document: dict[str, list[str]] = self._grants.get(object_id) or {}
        return document

    def put_grants(self, object_id: str, grants: dict[str, list[str]]) -> None:
        """Replace all grants of an object."""
        self._grants.put(object_id, {who: privileges for who, privileges in grants.items() if privileges})

    def system_schemas(self, metastore_id: str) -> list[str]:
        """The schemas of the catalog `system` that a metastore has enabled."""
        return [key.rpartition("/")[2] for key, _ in self._system_schemas.items(f"{metastore_id}/")]

    def enable_system_schema(self, metastore_id: str, name: str) -> None:
        """Let a metastore have one; DuplicateKeyError where it has."""
        self._system_schemas.insert(f"{metastore_id}/{name}", {})

    def disable_system_schema(self, metastore_id: str, name: str) -> None:
        """Take one from a metastore, if it has it."""
        self._system_schemas.delete(f"{metastore_id}/{name}")

    def bindings(self, object_id: str) -> dict[int, str]:
        """Workspace id → `READ_WRITE` or `READ_ONLY`."""
        return {int(key): kind for key, kind in (self._bindings.get(object_id) or {}).items()}

    def put_bindings(self, object_id: str, bindings: dict[int, str]) -> None:
        """Replace all bindings of an object."""
        self._bindings.put(object_id, {str(key): kind for key, kind in bindings.items()})
