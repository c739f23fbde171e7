"""Workspaces, and who of the account is let into them."""

from __future__ import annotations

import time
from collections.abc import Callable

from infra.local.workspace.errors import AlreadyExistsError, InvalidParameterError, NotFoundError
from infra.local.workspace.fields import read_tags, read_text
from infra.local.workspace.identity.authority import require_account_admin
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Document, Store

_FIRST_ID = 1_000_000_000_000_000
_TEXTS = (
    "aws_region",
    "cloud",
    "compute_mode",
    "deployment_name",
    "location",
    "pricing_tier",
    "workspace_name",
)
_CLOUD_RESOURCES = (
    "credentials_id",
    "managed_services_customer_managed_key_id",
    "network_connectivity_config_id",
    "network_id",
    "private_access_settings_id",
    "storage_configuration_id",
    "storage_customer_managed_key_id",
)
_UPDATABLE = ("custom_tags", "pricing_tier", "workspace_name")


class Workspaces:
    """Workspace documents keyed by their id, each behind a loopback port of its own.

    `on_created` are called with the id of each new workspace, `on_unassigned` with workspace and
    principal when somebody loses a workspace; what they store is kept together with it.
    """

    def __init__(
        self,
        store: Store,
        directory: Directory,
        *,
        account_id: str,
        open_workspace: Callable[[int], str],
        close_workspace: Callable[[int], None],
        on_deleted: Callable[[int], None],
    ) -> None:
        self._store = store
        self._workspaces = store.collection("workspaces")
        self._directory = directory
        self._account_id = account_id
        self._open = open_workspace
        self._close = close_workspace
        self._on_deleted = on_deleted
        self.on_created: list[Callable[[int], None]] = []
        self.on_unassigned: list[Callable[[int, str], None]] = []

    def create(self, caller: Caller, fields: Document) -> Document:
        """A new workspace, answering already; its creator is its first admin."""
        require_account_admin(caller)
        document = self._described(fields)
        workspace_id = _FIRST_ID + self._store.next_number("workspaces")
        # The port opens first: what is stored as RUNNING answers, even after a crash in between.
        url = self._open(workspace_id)
        document |= {
            "account_id": self._account_id,
            "creation_time": int(time.time() * 1000),
            "workspace_id": workspace_id,
            "workspace_status": "RUNNING",
            "workspace_status_message": "Workspace is running.",
            "workspace_url": url,
        }
        try:
            with self._store.transaction():
                self._refuse_taken_name(document["workspace_name"], None)
                self._directory.assign(workspace_id, caller.principal.id, ["ADMIN"])
                for listener in self.on_created:
                    listener(workspace_id)
                return self._workspaces.insert(str(workspace_id), document)
        except BaseException:
            self._close(workspace_id)
            raise

    def get(self, caller: Caller, workspace_id: int) -> Document:
        """A workspace's description."""
        require_account_admin(caller)
        return self._existing(workspace_id)

    def all(self, caller: Caller) -> list[Document]:
        """All workspaces of the account."""
        require_account_admin(caller)
        return self._workspaces.all()

    def update(self, caller: Caller, workspace_id: int, fields: Document) -> Document:
        """Change tags, tier or name; the rest of a workspace is fixed."""
        require_account_admin(caller)
        with self._store.transaction():
            document = self._existing(workspace_id)
            for name, value in fields.items():
                if name not in _UPDATABLE and document.get(name) != value:
                    raise InvalidParameterError(
                        f"{name} of a workspace can't be changed; changeable are {', '.join(_UPDATABLE)}."
                    )
            document |= _changes(fields)
            self._refuse_taken_name(document["workspace_name"], workspace_id)
            return self._workspaces.put(str(workspace_id), document)

    def delete(self, caller: Caller, workspace_id: int) -> Document:
        """Close a workspace for good, with its assignments; returns what it was."""
        require_account_admin(caller)
        with self._store.transaction():
            document = self._existing(workspace_id)
            for principal_id in self._directory.assignments(workspace_id):
                self._unassign(workspace_id, principal_id)
            self._on_deleted(workspace_id)
            self._workspaces.delete(str(workspace_id))
        self._close(workspace_id)
        return document

    def assignments(self, caller: Caller, workspace_id: int) -> dict[str, list[str]]:
        """Principal id → permissions (`USER`, `ADMIN`) of those assigned directly."""
        require_account_admin(caller)
        self._existing(workspace_id)
        return self._directory.assignments(workspace_id)

    def assign(self, caller: Caller, workspace_id: int, principal_id: str, permissions: list[str]) -> None:
        """Set a principal's permissions on a workspace; none at all takes its access away."""
        require_account_admin(caller)
        self._existing(workspace_id)
        self._directory.get(principal_id)
        if unknown := [p for p in permissions if p not in ("USER", "ADMIN")]:
            raise InvalidParameterError(
                f"Unknown workspace permission {unknown[0]}; there are USER and ADMIN."
            )
        if permissions:
            kept = "ADMIN" if "ADMIN" in permissions else "USER"
            self._directory.assign(workspace_id, principal_id, [kept])
        else:
            self._unassign(workspace_id, principal_id)

    def unassign(self, caller: Caller, workspace_id: int, principal_id: str) -> None:
        """Take a principal's access to a workspace away."""
        require_account_admin(caller)
        self._existing(workspace_id)
        if principal_id not in self._directory.assignments(workspace_id):
            raise NotFoundError(f"Principal {principal_id} is not assigned to workspace {workspace_id}.")
        self._unassign(workspace_id, principal_id)

    def _unassign(self, workspace_id: int, principal_id: str) -> None:
        with self._store.transaction():
            self._directory.unassign(workspace_id, principal_id)
            for listener in self.on_unassigned:
                listener(workspace_id, principal_id)

    def _existing(self, workspace_id: int) -> Document:
        document = self._workspaces.get(str(workspace_id))
        if document is None:
            raise NotFoundError(f"Workspace {workspace_id} not found in account {self._account_id}.")
        return document

    def _refuse_taken_name(self, name: str, workspace_id: int | None) -> None:
        for other in self._workspaces.all():
            if other["workspace_name"] == name and other["workspace_id"] != workspace_id:
                raise AlreadyExistsError(f"Workspace {name} exists already.")

    def _described(self, fields: Document) -> Document:
        name = _workspace_name(fields)
        for field in _CLOUD_RESOURCES:
            if fields.get(field):
                raise InvalidParameterError(
                    f"{field} {fields[field]} does not exist: a local account has no cloud-side resources."
                )
        self._refuse_taken_name(name, None)
        document: Document = {field: text for field in _TEXTS if (text := read_text(fields, field))}
        document["custom_tags"] = read_tags(fields, "custom_tags")
        document.setdefault("pricing_tier", "PREMIUM")
        return document


def _workspace_name(fields: Document) -> str:
    name = read_text(fields, "workspace_name")
    if not name:
        raise InvalidParameterError("Missing required field: workspace_name")
    return name


def _changes(fields: Document) -> Document:
    changes: Document = {}
    if "workspace_name" in fields:
        changes["workspace_name"] = _workspace_name(fields)
    if "custom_tags" in fields:
        changes["custom_tags"] = read_tags(fields, "custom_tags")
    if fields.get("pricing_tier"):
        changes["pricing_tier"] = read_text(fields, "pricing_tier")
    return changes
