"""Versions, aliases and tags of models in Unity Catalog, which keeps the models themselves.

Everything is filed under the model's id: a renamed model keeps its versions, a dropped one
leaves them to nobody. A version's number is never given twice.
"""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.catalog.names import Securable, parse
from infra.local.workspace.errors import (
    ConflictError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, Store

TYPE = "registered_model"
PENDING, READY = "PENDING_REGISTRATION", "READY"
_ALIAS = re.compile(r"[\w-]{1,255}")
_RESERVED = re.compile(r"latest|v\d+", re.IGNORECASE)
_VERSION_SOURCE = re.compile(r"models:/([^/@]+\.[^/@]+\.[^/@]+)/(\d+)")
_LOGGED_MODEL_SOURCE = re.compile(r"models:/(m-[\w-]+)")
_FIELDS = ("run_id", "run_workspace_id", "model_id", "comment")


class Registry:
    """Model versions as documents, their files in a folder of each, rights by Unity Catalog."""

    def __init__(self, store: Store, folder: Path, *, catalog: UnityCatalog) -> None:
        self._store = store
        self._folder = folder
        self._catalog = catalog
        self._versions = store.collection("model_versions")
        self._aliases = store.collection("model_aliases")
        self._tags = store.collection("model_tags")
        catalog.on_dropped.append(self._forget)

    # Versions.

    def create(self, caller: Caller, workspace_id: int, full_name: str, request: Document) -> Document:
        """A new version, pending until its files are there and `finalize` is called."""
        model_id = self._require(caller, workspace_id, "CREATE_MODEL_VERSION", full_name)
        source = self._source(caller, workspace_id, str(request.get("source") or ""))
        number = self._store.next_number(f"model_versions/{model_id}")
        now = _now()
        document = {
            **source,
            **{key: request[key] for key in _FIELDS if request.get(key)},
            "version": number,
            "status": PENDING,
            "tags": request.get("tags", {}),
            "created_at": now,
            "created_by": caller.name,
            "updated_at": now,
            "updated_by": caller.name,
        }
        self._files(model_id, number).mkdir(parents=True, exist_ok=True)
        return self._show(full_name, self._versions.put(_key(model_id, number), document))

    def finalize(self, caller: Caller, workspace_id: int, full_name: str, version: int) -> Document:
        """Mark a version ready, by whoever created it; from now on its files never change."""
        model_id = self._require(caller, workspace_id, "CREATE_MODEL_VERSION", full_name)
        document = self._get(model_id, full_name, version)
        if document["created_by"] != caller.name:
            raise PermissionDeniedError(f"Only {document['created_by']} may finalize version {version}.")
        if not any(self._files(model_id, version).iterdir()):
            raise InvalidParameterError(f"Version {version} of {full_name} has no files yet.")
        return self._change(model_id, full_name, version, caller, {"status": READY})

    def get(self, caller: Caller, workspace_id: int, full_name: str, version: int) -> Document:
        """A version, for who may load the model."""
        self._require(caller, workspace_id, "EXECUTE", full_name)
        return self.version(full_name, version)

    def version(self, full_name: str, version: int) -> Document:
        """A version. Asks nobody; NotFoundError."""
        return self._show(full_name, self._get(self._model_id(full_name), full_name, version))

    def versions(self, caller: Caller, workspace_id: int, full_name: str) -> list[Document]:
        """All versions of a model, the newest first."""
        model_id = self._require(caller, workspace_id, "EXECUTE", full_name)
        documents = self._versions.all(f"{model_id}/")
        return [self._show(full_name, document) for document in reversed(documents)]

    def comment(
        self, caller: Caller, workspace_id: int, full_name: str, version: int, comment: str
    ) -> Document:
        """Describe a version, as the model's owner."""
        model_id = self._require(caller, workspace_id, "MANAGE", full_name)
        return self._change(model_id, full_name, version, caller, {"comment": comment})

    def delete(self, caller: Caller, workspace_id: int, full_name: str, version: int) -> None:
        """Remove a version, its files and the aliases that point to it."""
        model_id = self._require(caller, workspace_id, "MANAGE", full_name)
        with self._store.transaction():
            self._get(model_id, full_name, version)
            self._versions.delete(_key(model_id, version))
            aliases = self._aliases.get(model_id) or {}
            self._aliases.put(model_id, {name: at for name, at in aliases.items() if at != version})
        shutil.rmtree(self._files(model_id, version), ignore_errors=True)

    # Aliases.

    def aliases(self, full_name: str) -> dict[str, int]:
        """Alias → version. Asks nobody."""
        return self._aliases.get(self._model_id(full_name)) or {}

    def set_alias(
        self, caller: Caller, workspace_id: int, full_name: str, alias: str, version: int
    ) -> Document:
        """Point an alias to a version, from whatever it pointed to, at once; returns the version."""
        model_id = self._require(caller, workspace_id, "MANAGE", full_name)
        if not _ALIAS.fullmatch(alias) or _RESERVED.fullmatch(alias):
            raise InvalidParameterError(
                f"'{alias}' is not a valid alias: letters, digits, - and _, and neither 'latest' nor 'v1'."
            )
        with self._store.transaction():
            document = self._get(model_id, full_name, version)
            self._aliases.put(model_id, {**(self._aliases.get(model_id) or {}), alias: version})
        return self._show(full_name, document)

    def delete_alias(self, caller: Caller, workspace_id: int, full_name: str, alias: str) -> None:
        """Remove an alias; one that isn't there is removed already."""
        model_id = self._require(caller, workspace_id, "MANAGE", full_name)
        with self._store.transaction():
            aliases = self._aliases.get(model_id) or {}
            aliases.pop(alias, None)
            self._aliases.put(model_id, aliases)

    def by_alias(self, caller: Caller, workspace_id: int, full_name: str, alias: str) -> Document:
        """The version that an alias, in this very spelling, points to."""
        self._require(caller, workspace_id, "EXECUTE", full_name)
        version = self.aliases(full_name).get(alias)
        if version is None:
            raise NotFoundError(f"Registered model alias {alias} not found.")
        return self.version(full_name, version)

    # Tags.

    def tags(self, full_name: str) -> dict[str, str]:
        """A model's own tags. Asks nobody."""
        return self._tags.get(self._model_id(full_name)) or {}

    def change_tags(
        self,
        caller: Caller,
        workspace_id: int,
        full_name: str,
        *,
        version: int | None = None,
        add: dict[str, str],
        remove: list[str],
    ) -> None:
        """Add and remove tags of a model or, with `version`, of one of its versions."""
        model_id = self._require(caller, workspace_id, "APPLY_TAG", full_name)
        with self._store.transaction():
            document = None if version is None else self._get(model_id, full_name, version)
            old = (self._tags.get(model_id) or {}) if document is None else document["tags"]
            new = {key: value for key, value in {**old, **add}.items() if key not in remove}
            if document is None:
                self._tags.put(model_id, new)
            else:
                self._versions.put(_key(model_id, document["version"]), {**document, "tags": new})

    # Files.

    def files(self, full_name: str, version: int) -> Path:
        """The folder of a version's files. Asks nobody."""
        model_id = self._model_id(full_name)
        self._get(model_id, full_name, version)
        return self._files(model_id, version)

    def open_files(
        self, caller: Caller, workspace_id: int, full_name: str, version: int, *, write: bool
    ) -> Path:
        """The same folder for a caller: readable with EXECUTE, writable by its creator until it is ready."""
        privilege = "CREATE_MODEL_VERSION" if write else "EXECUTE"
        model_id = self._require(caller, workspace_id, privilege, full_name)
        document = self._get(model_id, full_name, version)
        if write and document["created_by"] != caller.name:
            raise PermissionDeniedError(f"Only {document['created_by']} may write version {version}.")
        if write and document["status"] != PENDING:
            raise ConflictError(f"Version {version} of {full_name} is {READY}: its files can't change.")
        return self._files(model_id, version)

    def _require(self, caller: Caller, workspace_id: int, privilege: str, full_name: str) -> str:
        self._catalog.require(caller, workspace_id, privilege, TYPE, full_name)
        return self._model_id(full_name)

    def _model_id(self, full_name: str) -> str:
        return str(self._catalog.objects.get(parse(TYPE, full_name))["id"])

    def _files(self, model_id: str, version: int) -> Path:
        return self._folder / model_id / str(version)

    def _get(self, model_id: str, full_name: str, version: int) -> Document:
        document = self._versions.get(_key(model_id, version))
        if document is None:
            raise NotFoundError(f"Version '{version}' of model '{full_name}' does not exist.")
        return document

    def _change(
        self, model_id: str, full_name: str, version: int, caller: Caller, changes: Document
    ) -> Document:
        with self._store.transaction():
            document = self._get(model_id, full_name, version)
            document |= {**changes, "updated_at": _now(), "updated_by": caller.name}
            self._versions.put(_key(model_id, version), document)
        return self._show(full_name, document)

    def _show(self, full_name: str, document: Document) -> Document:
        """The document with its model's name, its aliases and where its files are."""
        model = parse(TYPE, full_name)
        number = document["version"]
        aliases = self.aliases(full_name)
        return {
            **document,
            "full_name": model.full_name,
            "aliases": sorted(alias for alias, version in aliases.items() if version == number),
            "storage_location": self._files(self._model_id(full_name), number).as_uri(),
        }

    def _source(self, caller: Caller, workspace_id: int, source: str) -> Document:
        """Where a version's files came from; a copy has the source of what it was copied from."""
        if match := _VERSION_SOURCE.fullmatch(source):
            original = self.get(caller, workspace_id, match[1], int(match[2]))
            return {key: original[key] for key in ("source", "model_id") if key in original}
        if match := _LOGGED_MODEL_SOURCE.fullmatch(source):
            return {"source": source, "model_id": match[1]}
        return {"source": source}

    def _forget(self, securable: Securable, document: Document) -> None:
        """Remove what belonged to a model that was dropped."""
        if securable.type == TYPE:
            model_id = document["id"]
            for key, _ in self._versions.items(f"{model_id}/"):
                self._versions.delete(key)
            self._aliases.delete(model_id)
            self._tags.delete(model_id)
            shutil.rmtree(self._folder / model_id, ignore_errors=True)


def _key(model_id: str, version: int) -> str:
    return f"{model_id}/{version:010d}"


def _now() -> int:
    return int(time.time() * 1000)
