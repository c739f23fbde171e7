"""Whom a workspace's permissions can name, and as what a caller holds them."""

from __future__ import annotations

from infra.local.workspace.errors import InvalidParameterError, NotFoundError
from infra.local.workspace.identity.caller import Caller, PrincipalKind
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Document

ADMINS = "admins"
USERS = "users"
_FIELDS: dict[str, tuple[PrincipalKind, str]] = {
    "group_name": ("group", "GroupName"),
    "service_principal_name": ("service_principal", "ServicePrincipalName"),
    "user_name": ("user", "UserName"),
}
_NAMES: dict[PrincipalKind, str] = {kind: field for field, (kind, _) in _FIELDS.items()}


class Grantees:
    """Principals by key: an account principal's id, `users` (all of the workspace) or `admins`.

    Ids, because a namesake of somebody who was deleted has no rights.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def key(self, workspace_id: int, entry: Document) -> str:
        """Whom an entry names; NotFoundError unless it is an account principal in the workspace."""
        given = [field for field in _FIELDS if entry.get(field)]
        if len(given) != 1:
            raise InvalidParameterError(f"An access control entry names one of {', '.join(_FIELDS)}.")
        field, name = given[0], str(entry[given[0]])
        if field == "group_name" and name in (ADMINS, USERS):
            return name
        kind, label = _FIELDS[field]
        document = self._directory.find(kind, name)
        if document is None and kind == "user":  # Terraform's provider names itself so, whatever it is
            document = self._directory.find("service_principal", name)
        if document is None or not self._is_inside(workspace_id, document):
            raise NotFoundError(f"Principal: {label}({name}) does not exist.")
        return str(document["id"])

    def named(self, workspace_id: int, name: str) -> str:
        """The key of whoever has this name, of whatever kind; NotFoundError as for `key`."""
        principal = self._directory.named(name)
        field = _NAMES[principal.kind] if principal else "group_name"
        return self.key(workspace_id, {field: name})

    def name(self, key: str) -> str | None:
        """The name of a principal; None for one that is gone."""
        names = self.describe(key)
        return None if names is None else str(next(names[field] for field in _FIELDS if field in names))

    def describe(self, key: str) -> Document | None:
        """The fields that name a principal in an answer; None for one that is gone."""
        if key in (ADMINS, USERS):
            return {"group_name": key}
        try:
            principal = self._directory.principal(self._directory.get(key))
        except NotFoundError:
            return None
        field = _NAMES[principal.kind]
        names = {field: principal.name}
        return names if principal.kind == "group" else {**names, "display_name": principal.display_name}

    def is_group(self, key: str) -> bool:
        """Whether a key stands for several."""
        return key in (ADMINS, USERS) or self._directory.get(key)["kind"] == "group"

    def of(self, caller: Caller) -> set[str]:
        """Every key under which a caller holds rights."""
        groups = self._directory.groups_of(caller.principal.id)
        system = {USERS, ADMINS} if caller.is_workspace_admin else {USERS}
        return {caller.principal.id, *(group["id"] for group in groups), *system}

    def _is_inside(self, workspace_id: int, document: Document) -> bool:
        assigned = self._directory.assignments(workspace_id)
        if document["kind"] == "group":
            return document["id"] in assigned
        groups = self._directory.groups_of(document["id"])
        return any(holder["id"] in assigned for holder in [document, *groups])
