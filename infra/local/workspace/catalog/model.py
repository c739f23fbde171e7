"""Unity Catalog as other services and the routes use it."""

from __future__ import annotations

import uuid
from pathlib import Path

from infra.local.workspace.catalog.bindings import Bindings
from infra.local.workspace.catalog.documents import Describer
from infra.local.workspace.catalog.fields import CHANGED, CREATED, in_schema, pick, text
from infra.local.workspace.catalog.grants import Grants
from infra.local.workspace.catalog.guard import Guard, MetastoreOf
from infra.local.workspace.catalog.names import STORAGE, Securable, check_name, parse
from infra.local.workspace.catalog.objects import Found, Objects, stamp
from infra.local.workspace.catalog.principals import SYSTEM, Principals
from infra.local.workspace.catalog.privileges import spell
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.catalog.storage import Storage
from infra.local.workspace.catalog.system import SystemTables
from infra.local.workspace.catalog.system_schemas import SystemSchemas
from infra.local.workspace.catalog.tables import Tables
from infra.local.workspace.catalog.tags import EntityTags
from infra.local.workspace.catalog.volumes import join_inside, split_path
from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.identity.caller import ACCOUNT_USERS, Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Document, Store


class UnityCatalog:
    """Securables of every workspace's metastore: checked for callers, unchecked where it says so.

    Other services add to `on_dropped` what is to happen after a securable is gone.
    """

    def __init__(
        self, store: Store, directory: Directory, *, folder: Path, metastore_of: MetastoreOf
    ) -> None:
        self._store = store
        self._folder = folder
        self._records = Records(store)
        principals = Principals(directory)
        self.guard = Guard(self._records, principals, metastore_of=metastore_of)
        self.objects = Objects(store, self._records, self.guard, principals)
        self.grants = Grants(store, self._records, self.guard, principals)
        self.bindings = Bindings(store, self._records, self.guard)
        self.tables = Tables(self.objects, self.guard, folder)
        self.system_schemas = SystemSchemas(self._records, self.guard)
        self.system = SystemTables(store, self._records, self.objects)
        self.tags = EntityTags(store, self._records, self.guard)
        self.storage = Storage(self._records, self.guard, self.objects)
        self._describer = Describer(principals, folder)
        self.on_dropped = self.objects.on_dropped
        self.on_dropped.append(lambda _, document: self.tables.remove_files(document))
        self.on_dropped.append(lambda _, document: self.tags.forget(document))

    # Rights and unchecked looks, for other services.

    def require(
        self, caller: Caller, workspace_id: int, privilege: str, securable_type: str, full_name: str
    ) -> None:
        """Raise PermissionDeniedError or NotFoundError unless the caller may do this here."""
        self.guard.require(caller, workspace_id, spell(privilege), parse(securable_type, full_name))

    def allows(
        self, caller: Caller, workspace_id: int, privilege: str, securable_type: str, full_name: str
    ) -> bool:
        """Whether `require` would pass."""
        return self.guard.allows(caller, workspace_id, spell(privilege), parse(securable_type, full_name))

    def find(self, securable_type: str, full_name: str) -> Document | None:
        """A securable as the API describes it, or None. Asks nobody."""
        securable = parse(securable_type, full_name)
        document = self._records.get(securable)
        return None if document is None else self._describe(Found(securable, document))

    def find_table(self, table_id: str) -> Document | None:
        """The table of an id, whatever it is called now, or None. Asks nobody."""
        for securable, document in self._records.all("table"):
            if document["id"] == table_id:
                return self._describe(Found(securable, document))
        return None

    def catalog_names(self) -> list[str]:
        """The names of all catalogs. Asks nobody."""
        return [catalog.full_name for catalog, _ in self._records.all("catalog")]

    # Catalogs and schemas.

    def create_catalog(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new catalog with its schemas `default` and `information_schema`."""
        catalog = Securable("catalog", check_name("catalog", document.get("name")))
        for unserved in ("share_name", "connection_name"):
            if document.get(unserved):
                raise NotServedError(f"Catalogs with {unserved} are not served locally.")
        fields = pick(document, CREATED["catalog"]) | {"isolation_mode": "OPEN"}
        fields["metastore_id"] = self.guard.metastore(workspace_id)["metastore_id"]
        self.storage.require_root(caller, workspace_id, fields)
        with self._store.transaction():
            found = self.objects.create(caller, workspace_id, catalog, fields)
            self.objects.insert(catalog.child("schema", "default"), _first_schema(found.document))
            self._create_information_schema(catalog)
        return self._describe(found)

    def _create_information_schema(self, catalog: Securable) -> None:
        document = {**stamp(SYSTEM), "id": str(uuid.uuid4()), "owner_id": SYSTEM, "system": True}
        self.objects.insert(catalog.child("schema", "information_schema"), document)
        self._records.put_grants(document["id"], {ACCOUNT_USERS: ["SELECT", "USE_SCHEMA"]})

    def create_schema(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new schema."""
        catalog = parse("catalog", text(document, "catalog_name"))
        schema = catalog.child("schema", document.get("name"))
        fields = pick(document, CREATED["schema"])
        self.storage.require_root(caller, workspace_id, fields)
        return self._describe(self.objects.create(caller, workspace_id, schema, fields))

    # Beside catalogs.

    def create_credential(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new storage credential, with what its cloud has to be told of Databricks."""
        return self._describe(self.storage.create_credential(caller, workspace_id, document))

    def create_location(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new external location: a URL that one of the credentials opens."""
        return self._describe(self.storage.create_location(caller, workspace_id, document))

    # Objects in schemas.

    def create_volume(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new managed volume; its folder comes with its first use."""
        volume = in_schema(document, "volume")
        if document.get("volume_type", "MANAGED") != "MANAGED" or document.get("storage_location"):
            raise NotServedError("External volumes are not served locally, only managed ones.")
        location = f"volumes/{volume.full_name.rpartition('.')[0].replace('.', '/')}/{uuid.uuid4()}"
        fields = pick(document, CREATED["volume"]) | {"volume_type": "MANAGED", "location": location}
        return self._describe(self.objects.create(caller, workspace_id, volume, fields))

    def create_model(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new registered model, without versions."""
        model = in_schema(document, "registered_model")
        found = self.objects.create(caller, workspace_id, model, pick(document, CREATED["registered_model"]))
        return self._describe(found)

    def create_table(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new table or view as SQL declared it; its files are to be written to `table_location`."""
        return self._describe(self.tables.create(caller, workspace_id, document))

    def replace_table(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """As CREATE OR REPLACE TABLE: made if missing; otherwise id, owner, grants and location stay."""
        return self._describe(self.tables.replace(caller, workspace_id, document))

    def alter_table(self, caller: Caller, workspace_id: int, full_name: str, changes: Document) -> Document:
        """Change `comment`, `properties`, `columns`, `table_constraints`, `owner` or `new_name`."""
        return self._describe(self.tables.alter(caller, workspace_id, parse("table", full_name), changes))

    def drop_table(self, caller: Caller, workspace_id: int, full_name: str) -> None:
        """Drop a table or view with its files."""
        self.drop(caller, workspace_id, "table", full_name)

    # Every type.

    def read(
        self, caller: Caller, workspace_id: int, securable_type: str, full_name: str, *, browse: bool = False
    ) -> Document:
        """A securable's description, for who may see it."""
        securable = parse(securable_type, full_name)
        return self._describe(self.objects.read(caller, workspace_id, securable, browse=browse))

    def list_all(
        self, caller: Caller, workspace_id: int, securable_type: str, *, browse: bool = False
    ) -> list[Document]:
        """What the caller may see of one type, in whatever schema."""
        found = self._records.all(securable_type)
        return self._describe_all(self.objects.filter(caller, workspace_id, found, browse=browse))

    def list_children(
        self,
        caller: Caller,
        workspace_id: int,
        parent: Securable,
        securable_type: str,
        *,
        browse: bool = False,
    ) -> list[Document]:
        """What the caller may see of a catalog's schemas or a schema's objects."""
        self.guard.require_sight(caller, workspace_id, parent, browse=True)
        found = self._records.children(parent, securable_type)
        return self._describe_all(self.objects.filter(caller, workspace_id, found, browse=browse))

    def read_metastore(self, caller: Caller, workspace_id: int, metastore_id: str) -> Document:
        """The workspace's metastore, for its admins."""
        securable = parse("metastore", metastore_id)
        self.guard.require_sight(caller, workspace_id, securable, browse=False)
        return self.guard.metastore(workspace_id)

    def alter(
        self, caller: Caller, workspace_id: int, securable_type: str, full_name: str, changes: Document
    ) -> Document:
        """Change a description, `owner`, `isolation_mode` or, with `new_name`, the name."""
        if securable_type == "table":
            return self.alter_table(caller, workspace_id, full_name, changes)
        securable = parse(securable_type, full_name)
        known = pick(changes, CHANGED[securable.type])
        if securable.type in STORAGE:
            known = self.storage.checked(caller, workspace_id, securable, known)
        found = self.objects.alter(caller, workspace_id, securable, known)
        return self._describe(found)

    def drop(
        self, caller: Caller, workspace_id: int, securable_type: str, full_name: str, *, force: bool = False
    ) -> None:
        """Remove a securable and its files; catalogs and schemas with content only by `force`."""
        securable = parse(securable_type, full_name)
        if securable.type in STORAGE and not force:
            self.storage.require_unused(caller, workspace_id, securable)
        self.objects.drop(caller, workspace_id, securable, force=force)

    # Files.

    def table_location(self, full_name: str) -> Path:
        """The folder of a table's Delta files; InvalidParameterError for a view. Asks nobody."""
        table = parse("table", full_name)
        document = self.objects.get(table)
        if not document.get("location"):
            raise InvalidParameterError(f"{table} is a view and has no files.")
        return self._describer.location(document)

    def volume_path(self, caller: Caller, workspace_id: int, path: str, *, write: bool) -> Path:
        """Where `/Volumes/catalog/schema/volume/…` lies on disk, for who may read or write it there."""
        volume, steps = split_path(path)
        self.guard.require(caller, workspace_id, "WRITE_VOLUME" if write else "READ_VOLUME", volume)
        root = self._describer.location(self.objects.get(volume))
        root.mkdir(parents=True, exist_ok=True)
        return join_inside(root, steps)

    def open_volume(self, caller: Caller, workspace_id: int, path: str, write: bool) -> Path:  # noqa: FBT001 (files/ calls resolvers so)
        """As `volume_path`; what the Files API calls."""
        return self.volume_path(caller, workspace_id, path, write=write)

    def _describe(self, found: Found) -> Document:
        securable, document = found.securable, found.document
        catalog = self._records.get(Securable("catalog", securable.catalog)) or document  # or beside them
        return self._describer.describe(
            securable, document, catalog["metastore_id"], browse_only=found.browse_only
        )

    def _describe_all(self, found: list[Found]) -> list[Document]:
        return [self._describe(each) for each in found]


def _first_schema(catalog: Document) -> Document:
    owner = {
        key: catalog[key] for key in ("owner_id", "created_at", "created_by", "updated_at", "updated_by")
    }
    return {**owner, "id": str(uuid.uuid4()), "comment": "Default schema (auto-created)"}
