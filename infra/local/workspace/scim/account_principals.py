"""Principals as the account's admins manage them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.local.workspace.errors import AlreadyExistsError, InvalidParameterError, NotFoundError
from infra.local.workspace.fields import read_object, read_text
from infra.local.workspace.identity.authority import require_account_admin
from infra.local.workspace.identity.caller import Caller, PrincipalKind
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.scim.entitlements import Entitlements
from infra.local.workspace.scim.patches import boolean, items, patched
from infra.local.workspace.scim.resources import describe
from infra.local.workspace.scim.workspace_groups import ADMINS, USERS, WorkspaceGroups
from infra.local.workspace.store import Document, Store

_ROLES = ("account_admin",)
NAMES: dict[PrincipalKind, str] = {
    "group": "displayName",
    "service_principal": "applicationId",
    "user": "userName",
}
_TAKEN = {
    "group": "Group with name {} already exists.",
    "service_principal": "Service principal with application ID {} already exists.",
    "user": "User with username {} already exists.",
}


class AccountPrincipals:
    """Users, groups and service principals of the account; only its admins see and change them."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        entitlements: Entitlements,
        groups: WorkspaceGroups,
        *,
        on_created: Callable[[Caller, str], None],
    ) -> None:
        self._store = store
        self._directory = directory
        self._entitlements = entitlements
        self._groups = groups
        self._on_created = on_created

    def me(self, caller: Caller) -> Document:
        """The caller's own resource, with its application id as `userName` for a service principal."""
        document = self._directory.get(caller.principal.id)
        return {"userName": caller.name, **self._described([document])[0]}

    def all(self, caller: Caller, kind: PrincipalKind) -> list[Document]:
        """All resources of a kind."""
        require_account_admin(caller)
        return self._described(self._directory.all(kind))

    def get(self, caller: Caller, kind: PrincipalKind, principal_id: str) -> Document:
        """One resource."""
        require_account_admin(caller)
        return self._described([self._existing(kind, principal_id)])[0]

    def create(self, caller: Caller, kind: PrincipalKind, resource: Document) -> Document:
        """A new principal of the account."""
        require_account_admin(caller)
        _refuse_entitlements(resource)
        return self._described([self.add(caller, kind, resource)])[0]

    def add(self, caller: Caller, kind: PrincipalKind, resource: Document) -> Document:
        """A new principal's document; for callers whose right to make one was checked."""
        name = read_text(resource, NAMES[kind])
        with self._store.transaction():
            self._refuse_taken(kind, name)
            if kind == "group" and name in (ADMINS, USERS):
                raise InvalidParameterError(f"{name} is the name of a system group.")
            fields = {**self._fields(kind, resource), **({NAMES[kind]: name} if name else {})}
            document = self._directory.create(kind, fields)
            self._directory.update(document)  # checks the members
            if kind == "service_principal":
                self._on_created(caller, document["applicationId"])
            return document

    def replace(self, caller: Caller, kind: PrincipalKind, principal_id: str, resource: Document) -> Document:
        """The resource after its attributes were replaced; names other than groups' are fixed."""
        require_account_admin(caller)
        _refuse_entitlements(resource)
        with self._store.transaction():
            document = self._existing(kind, principal_id)
            name = read_text(resource, NAMES[kind]) or document[NAMES[kind]]
            if name != document[NAMES[kind]]:
                if kind != "group":
                    raise InvalidParameterError(f"{NAMES[kind]} can't be changed.")
                self._refuse_taken(kind, name, principal_id)
            document |= self._fields(kind, resource)
            return self._described([self._directory.update(document)])[0]

    def patch(self, caller: Caller, kind: PrincipalKind, principal_id: str, operations: Any) -> Document:
        """The resource after PATCH operations, all of them or none."""
        with self._store.transaction():
            resource = self.get(caller, kind, principal_id)
            return self.replace(caller, kind, principal_id, patched(resource, operations))

    def delete(self, caller: Caller, kind: PrincipalKind, principal_id: str) -> None:
        """Remove a principal from the account, its groups and workspaces."""
        require_account_admin(caller)
        with self._store.transaction():
            self._existing(kind, principal_id)
            self._directory.delete(principal_id)
            self._groups.forget_member(principal_id)
            self._entitlements.forget_principal(principal_id)

    def _existing(self, kind: PrincipalKind, principal_id: str) -> Document:
        try:
            return self._directory.get(principal_id, kind)
        except NotFoundError as error:
            raise NotFoundError(
                f"{kind.replace('_', ' ').capitalize()} with id {principal_id} not found."
            ) from error

    def _refuse_taken(self, kind: PrincipalKind, name: str, principal_id: str | None = None) -> None:
        other = self._directory.find(kind, name) if name else None
        if other is not None and other["id"] != principal_id:
            raise AlreadyExistsError(_TAKEN[kind].format(name))

    def _fields(self, kind: PrincipalKind, resource: Document) -> Document:
        """What a resource sets in a document; lists that it leaves out become empty."""
        fields: Document = {
            "roles": _roles(resource),
            "externalId": read_text(resource, "externalId") or None,
        }
        if display_name := read_text(resource, "displayName"):
            fields["displayName"] = display_name
        if kind == "group":
            fields["members"] = list(dict.fromkeys(m["value"] for m in items(resource.get("members", []))))
        elif "active" in resource:
            fields["active"] = boolean(resource["active"])
        if kind == "user":
            fields |= {"emails": items(resource.get("emails", [])), "name": read_object(resource, "name")}
        return fields

    def _described(self, documents: list[Document]) -> list[Document]:
        names = {document["id"]: document for document in self._directory.all()}
        groups = [document for document in names.values() if document["kind"] == "group"]
        return [
            describe(document, [g for g in groups if document["id"] in g["members"]], names)
            for document in documents
        ]


def _roles(resource: Document) -> list[str]:
    roles = [role["value"] for role in items(resource.get("roles", []))]
    if unknown := [role for role in roles if role not in _ROLES]:
        raise InvalidParameterError(f"Role {unknown[0]} is not served locally; there is {', '.join(_ROLES)}.")
    return list(dict.fromkeys(roles))


def _refuse_entitlements(resource: Document) -> None:
    if items(resource.get("entitlements", [])):
        raise InvalidParameterError("Entitlements belong to a workspace; set them through its own API.")
