"""Unity Catalog as other services and the routes use it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from infra.local.workspace.catalog.bindings import Bindings
from infra.local.workspace.catalog.documents import Describer
from infra.local.workspace.catalog.grants import Grants
from infra.local.workspace.catalog.guard import Guard, MetastoreOf
from infra.local.workspace.catalog.names import Securable, check_name, parse
from infra.local.workspace.catalog.objects import Found, Objects, stamp
from infra.local.workspace.catalog.principals import SYSTEM, Principals
from infra.local.workspace.catalog.privileges import spell
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.catalog.tables import Tables
from infra.local.workspace.catalog.volumes import join_inside, split_path
from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.identity.caller import ACCOUNT_USERS, Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Document, Store

_CATALOG_FIELDS = ("comment", "properties", "options", "storage_root", "enable_predictive_optimization")
_SCHEMA_FIELDS = ("comment", "properties", "storage_root", "enable_predictive_optimization")
_ISOLATION = ("OPEN", "ISOLATED")


class UnityCatalog:
    """Securables of every workspace's metastore: checked for callers, unchecked where it says so.

    Other services add to `on_catalogs_changed` (called without arguments after catalogs came or
    went), `on_dropped` (securable, document) and `on_renamed` (old, new). `more_about` maps a
    securable type to what adds fields to a description, e.g. the aliases of a registered model.
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
        self._describer = Describer(principals, folder)
        self.more_about: dict[str, Callable[[str], Document]] = {}
        self.on_catalogs_changed: list[Callable[[], None]] = []
        self.on_dropped = self.objects.on_dropped
        self.on_renamed = self.objects.on_renamed
        self.on_dropped.append(lambda _, document: self.tables.remove_files(document))

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

    def catalog_names(self) -> list[str]:
        """The names of all catalogs. Asks nobody."""
        return [catalog.full_name for catalog, _ in self._records.all("catalog")]

    def children(self, parent_type: str, full_name: str, securable_type: str) -> list[Document]:
        """What lies in a catalog or schema, without what the system keeps. Asks nobody."""
        found = self._records.children(parse(parent_type, full_name), securable_type)
        return [self._describe(Found(*each)) for each in found if not each[1].get("system")]

    # Catalogs and schemas.

    def create_catalog(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new catalog with its schemas `default` and `information_schema`."""
        catalog = Securable("catalog", check_name("catalog", document.get("name")))
        for unserved in ("share_name", "connection_name"):
            if document.get(unserved):
                raise NotServedError(f"Catalogs with {unserved} are not served locally.")
        fields = _pick(document, _CATALOG_FIELDS) | {"isolation_mode": "OPEN"}
        fields["metastore_id"] = self.guard.metastore(workspace_id)["metastore_id"]
        with self._store.transaction():
            found = self.objects.create(caller, workspace_id, catalog, fields)
            self.objects.insert(catalog.child("schema", "default"), _first_schema(found.document))
            self._create_information_schema(catalog)
        self._tell_catalogs_changed()
        return self._describe(found)

    def _create_information_schema(self, catalog: Securable) -> None:
        document = {**stamp(SYSTEM), "id": str(uuid.uuid4()), "owner_id": SYSTEM, "system": True}
        self.objects.insert(catalog.child("schema", "information_schema"), document)
        self._records.put_grants(document["id"], {ACCOUNT_USERS: ["SELECT", "USE_SCHEMA"]})

    def create_schema(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new schema."""
        catalog = parse("catalog", _text(document, "catalog_name"))
        schema = catalog.child("schema", document.get("name") or "")
        return self._describe(
            self.objects.create(caller, workspace_id, schema, _pick(document, _SCHEMA_FIELDS))
        )

    # Objects in schemas.

    def create_volume(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new managed volume and its folder."""
        volume = _in_schema(document, "volume")
        if document.get("volume_type", "MANAGED") != "MANAGED" or document.get("storage_location"):
            raise NotServedError("External volumes are not served locally, only managed ones.")
        location = f"volumes/{volume.full_name.rpartition('.')[0].replace('.', '/')}/{uuid.uuid4()}"
        fields = _pick(document, ("comment",)) | {"volume_type": "MANAGED", "location": location}
        found = self.objects.create(caller, workspace_id, volume, fields)
        self._folder.joinpath(location).mkdir(parents=True, exist_ok=True)
        return self._describe(found)

    def create_model(self, caller: Caller, workspace_id: int, document: Document) -> Document:
        """A new registered model, without versions."""
        model = _in_schema(document, "registered_model")
        found = self.objects.create(caller, workspace_id, model, _pick(document, ("comment",)))
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
        known = _pick(changes, _changeable(securable_type))
        if known.get("isolation_mode", "OPEN") not in _ISOLATION:
            raise InvalidParameterError(f"isolation_mode is not one of {', '.join(_ISOLATION)}.")
        found = self.objects.alter(caller, workspace_id, securable, known)
        if securable_type == "catalog":
            self._tell_catalogs_changed()
        return self._describe(found)

    def drop(
        self, caller: Caller, workspace_id: int, securable_type: str, full_name: str, *, force: bool = False
    ) -> None:
        """Remove a securable and its files; catalogs and schemas with content only by `force`."""
        self.objects.drop(caller, workspace_id, parse(securable_type, full_name), force=force)
        if securable_type == "catalog":
            self._tell_catalogs_changed()

    # Files.

    def table_location(self, full_name: str) -> Path:
        """The folder of a table's Delta files. Asks nobody; NotFoundError for views and missing tables."""
        table = parse("table", full_name)
        document = self.objects.get(table)
        if not document.get("location"):
            raise InvalidParameterError(f"{table} is a view and has no files.")
        return self._describer.location(document)

    def volume_path(self, caller: Caller, workspace_id: int, path: str, *, write: bool) -> Path:
        """Where `/Volumes/catalog/schema/volume/…` lies on disk, for who may read or write it there."""
        volume, steps = split_path(path)
        self.guard.require(caller, workspace_id, "WRITE_VOLUME" if write else "READ_VOLUME", volume)
        return join_inside(self._describer.location(self.objects.get(volume)), steps)

    def open_volume(self, caller: Caller, workspace_id: int, path: str, write: bool) -> Path:  # noqa: FBT001 (files/ calls resolvers so)
        """As `volume_path`; what the Files API calls."""
        return self.volume_path(caller, workspace_id, path, write=write)

    def _describe(self, found: Found) -> Document:
        securable, document = found.securable, found.document
        catalog = self._records.get(Securable("catalog", securable.catalog)) or document
        more = self.more_about.get(securable.type)
        known = self._describer.describe(
            securable, document, catalog["metastore_id"], browse_only=found.browse_only
        )
        return known | (more(securable.full_name) if more else {})

    def _describe_all(self, found: list[Found]) -> list[Document]:
        return [self._describe(each) for each in found]

    def _tell_catalogs_changed(self) -> None:
        for listener in self.on_catalogs_changed:
            listener()


def _first_schema(catalog: Document) -> Document:
    owner = {
        key: catalog[key] for key in ("owner_id", "created_at", "created_by", "updated_at", "updated_by")
    }
    return {**owner, "id": str(uuid.uuid4()), "comment": "Default schema (auto-created)"}


def _changeable(securable_type: str) -> tuple[str, ...]:
    every = ("comment", "owner", "new_name")
    if securable_type == "catalog":
        return (*every, "isolation_mode", *_CATALOG_FIELDS)
    return (*every, *_SCHEMA_FIELDS) if securable_type == "schema" else every


def _in_schema(document: Document, securable_type: str) -> Securable:
    schema = parse("schema", f"{_text(document, 'catalog_name')}.{_text(document, 'schema_name')}")
    return schema.child(securable_type, document.get("name") or "")


def _text(document: Document, key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidParameterError(f"Missing required field: {key}")
    return value


def _pick(document: Document, keys: tuple[str, ...]) -> Document:
    return {key: document[key] for key in keys if document.get(key) is not None}
