"""Unity Catalog metastores and the workspaces that use them."""

from __future__ import annotations

import time
import uuid

from infra.local.workspace.errors import AlreadyExistsError, ApiError, InvalidParameterError, NotFoundError
from infra.local.workspace.fields import read_text
from infra.local.workspace.identity.authority import require_account_admin
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Document, Store

_UPDATABLE = (
    "delta_sharing_organization_name",
    "delta_sharing_recipient_token_lifetime_in_seconds",
    "delta_sharing_scope",
    "external_access_enabled",
    "name",
    "storage_root_credential_id",
)
_KINDS: dict[str, type] = {
    "delta_sharing_recipient_token_lifetime_in_seconds": int,
    "external_access_enabled": bool,
}


class MetastoreNotEmptyError(ApiError):
    """The metastore is still used, and `force` was not given."""

    status = 400
    code = "METASTORE_NOT_EMPTY"


class Metastores:
    """Metastore documents keyed by id; assignments keyed by the workspace's id."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._metastores = store.collection("metastores")
        self._assignments = store.collection("metastore_assignments")
        self._workspaces = store.collection("workspaces")
        self._directory = directory

    def create(self, caller: Caller, fields: Document) -> Document:
        """A new metastore, owned by its creator."""
        require_account_admin(caller)
        name = read_text(fields, "name")
        if not name:
            raise InvalidParameterError("Missing required field: metastore_info.name")
        with self._store.transaction():
            self._refuse_taken_name(name, None)
            metastore_id = str(uuid.uuid4())
            document = {
                **_settings(fields, ("external_access_enabled", "region", "storage_root")),
                **_stamps(caller),
                "created_at": int(time.time() * 1000),
                "created_by": caller.name,
                "delta_sharing_scope": "INTERNAL",
                "metastore_id": metastore_id,
                "name": name,
                "owner_id": caller.principal.id,
                "privilege_model_version": "1.0",
            }
            return self._shown(self._metastores.insert(metastore_id, document))

    def get(self, caller: Caller, metastore_id: str) -> Document:
        """A metastore's description."""
        require_account_admin(caller)
        return self._shown(self._existing(metastore_id))

    def all(self, caller: Caller) -> list[Document]:
        """All metastores of the account."""
        require_account_admin(caller)
        return [self._shown(document) for document in self._metastores.all()]

    def update(self, caller: Caller, metastore_id: str, fields: Document) -> Document:
        """Change name, owner or sharing; storage and region are fixed."""
        require_account_admin(caller)
        changes = _settings(fields, _UPDATABLE)
        if owner := read_text(fields, "owner"):
            changes["owner_id"] = self._principal_id(owner)
        with self._store.transaction():
            changed = {**self._existing(metastore_id), **changes, **_stamps(caller)}
            self._refuse_taken_name(changed["name"], metastore_id)
            return self._shown(self._metastores.put(metastore_id, changed))

    def delete(self, caller: Caller, metastore_id: str, *, force: bool) -> None:
        """Remove a metastore; one that workspaces use only with `force`."""
        require_account_admin(caller)
        with self._store.transaction():
            self._existing(metastore_id)
            workspaces = self.workspaces(caller, metastore_id)
            if workspaces and not force:
                raise MetastoreNotEmptyError(
                    f"Metastore {metastore_id} is assigned to workspaces {workspaces}; use force."
                )
            for workspace_id in workspaces:
                self.unassign_all(workspace_id)
            self._metastores.delete(metastore_id)

    def assign(self, caller: Caller, workspace_id: int, metastore_id: str, fields: Document) -> Document:
        """Let a workspace use a metastore, instead of the one that it used before."""
        require_account_admin(caller)
        with self._store.transaction():
            self._existing(metastore_id)
            if self._workspaces.get(str(workspace_id)) is None:
                raise NotFoundError(f"Workspace {workspace_id} not found.")
            document: Document = {"workspace_id": workspace_id, "metastore_id": metastore_id}
            if default := read_text(fields, "default_catalog_name"):
                document["default_catalog_name"] = default
            return self._assignments.put(str(workspace_id), document)

    def assignment(self, caller: Caller, workspace_id: int) -> Document:
        """Which metastore a workspace uses."""
        require_account_admin(caller)
        document = self._assignments.get(str(workspace_id))
        if document is None:
            raise NotFoundError(
                f"No metastore assigned for workspace {workspace_id}.", code="METASTORE_DOES_NOT_EXIST"
            )
        return document

    def unassign(self, caller: Caller, workspace_id: int, metastore_id: str) -> None:
        """End a workspace's use of a metastore."""
        if self.assignment(caller, workspace_id)["metastore_id"] != metastore_id:
            raise NotFoundError(f"Metastore {metastore_id} is not assigned to workspace {workspace_id}.")
        self.unassign_all(workspace_id)

    def unassign_all(self, workspace_id: int) -> None:
        """Leave a workspace without metastore."""
        self._assignments.delete(str(workspace_id))

    def workspaces(self, caller: Caller, metastore_id: str) -> list[int]:
        """Ids of the workspaces that use a metastore."""
        require_account_admin(caller)
        return [d["workspace_id"] for d in self._assignments.all() if d["metastore_id"] == metastore_id]

    def of_workspace(self, workspace_id: int) -> Document | None:
        """The metastore that a workspace uses, or None; unchecked."""
        assignment = self._assignments.get(str(workspace_id))
        document = assignment and self._metastores.get(assignment["metastore_id"])
        return self._shown(document) if document else None

    def _shown(self, document: Document) -> Document:
        """With the owner's name of now: an owner is kept by id, so that no namesake becomes it."""
        shown = {name: value for name, value in document.items() if name != "owner_id"}
        try:
            owner = self._directory.principal(self._directory.get(document["owner_id"])).name
        except NotFoundError:
            owner = document["owner_id"]
        return {**shown, "owner": owner}

    def _principal_id(self, name: str) -> str:
        principal = self._directory.named(name)
        if principal is None:
            raise NotFoundError(f"Could not find principal with name {name}", code="PRINCIPAL_DOES_NOT_EXIST")
        return principal.id

    def _existing(self, metastore_id: str) -> Document:
        document = self._metastores.get(metastore_id)
        if document is None:
            raise NotFoundError(
                f"Metastore '{metastore_id}' does not exist.", code="METASTORE_DOES_NOT_EXIST"
            )
        return document

    def _refuse_taken_name(self, name: str, metastore_id: str | None) -> None:
        for other in self._metastores.all():
            if other["name"] == name and other["metastore_id"] != metastore_id:
                raise AlreadyExistsError(
                    f"Metastore '{name}' already exists.", code="METASTORE_ALREADY_EXISTS"
                )


def _stamps(caller: Caller) -> Document:
    return {"updated_at": int(time.time() * 1000), "updated_by": caller.name}


def _settings(fields: Document, names: tuple[str, ...]) -> Document:
    """The plain values that are given for these names."""
    found = {name: fields[name] for name in names if fields.get(name) is not None}
    for name, value in found.items():
        wanted = _KINDS.get(name, str)
        if type(value) is not wanted:
            raise InvalidParameterError(f"metastore_info.{name} must be of kind {wanted.__name__}.")
    return found
