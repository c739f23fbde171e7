"""Principals as a workspace has them: those assigned to it, and its own groups."""

from __future__ import annotations

from typing import Any

from infra.local.workspace.errors import (
    AlreadyExistsError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)
from infra.local.workspace.fields import read_text
from infra.local.workspace.identity.authority import require_workspace_admin
from infra.local.workspace.identity.caller import Caller, PrincipalKind
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.scim.account_principals import NAMES, AccountPrincipals
from infra.local.workspace.scim.entitlements import Entitlements
from infra.local.workspace.scim.patches import items, patched
from infra.local.workspace.scim.resources import describe
from infra.local.workspace.scim.workspace_groups import WorkspaceGroups
from infra.local.workspace.store import Document, Store

_ADMINS_ONLY = ("entitlements", "externalId", "roles")
_ACCOUNTS = ("active", "applicationId", "displayName", "externalId", "userName")


class WorkspacePrincipals:
    """Account principals that may enter the workspace, and groups of the workspace's own.

    Its admins manage entitlements, own groups and who is assigned; what belongs to the account
    (memberships of its groups, names, activity) is changed at the account.
    """

    def __init__(
        self,
        store: Store,
        directory: Directory,
        entitlements: Entitlements,
        groups: WorkspaceGroups,
        account: AccountPrincipals,
        *,
        workspace_id: int,
    ) -> None:
        self._store = store
        self._directory = directory
        self._entitlements = entitlements
        self._groups = groups
        self._account = account
        self._workspace_id = workspace_id

    def me(self, caller: Caller) -> Document:
        """The caller's own resource, with all its groups; `userName` also for a service principal."""
        document = self._directory.get(caller.principal.id)
        groups = [
            *self._directory.groups_of(caller.principal.id),
            *self._groups.of_caller(caller, self._workspace_id),
        ]
        held = self._entitlements.of(self._workspace_id, document)
        return {"userName": caller.name, **describe({**document, "roles": []}, groups, {}, held)}

    def all(self, caller: Caller, kind: PrincipalKind) -> list[Document]:
        """All resources of a kind; admins alone see entitlements."""
        return [self._shown(caller, d) for d in self._described(kind)]

    def get(self, caller: Caller, kind: PrincipalKind, principal_id: str) -> Document:
        """One resource."""
        return self._shown(caller, self._resource(kind, principal_id))

    def create(self, caller: Caller, kind: PrincipalKind, resource: Document) -> Document:
        """A principal let into the workspace, new to the account or not; a group of its own."""
        require_workspace_admin(caller)
        with self._store.transaction():
            if kind == "group":
                document = self._groups.create(self._workspace_id, _group_fields(resource, {}))
            else:
                document = self._let_in(caller, kind, resource)
            self._set_entitlements(document, resource)
            return self._resource(kind, document["id"])

    def replace(self, caller: Caller, kind: PrincipalKind, principal_id: str, resource: Document) -> Document:
        """The resource after its entitlements, and an own group's attributes, were replaced."""
        require_workspace_admin(caller)
        with self._store.transaction():
            present = self._resource(kind, principal_id)
            document = self._visible()[principal_id]
            if items(resource.get("roles", [])):
                raise InvalidParameterError(
                    "Roles are not served at workspaces; give account roles at the account."
                )
            if "system" in document:
                self._groups.update(self._workspace_id, {**document, **_group_fields(resource, document)})
            else:
                self._refuse_account_changes(present, resource)
            self._set_entitlements(document, resource)
            return self._resource(kind, principal_id)

    def patch(self, caller: Caller, kind: PrincipalKind, principal_id: str, operations: Any) -> Document:
        """The resource after PATCH operations, all of them or none."""
        require_workspace_admin(caller)
        with self._store.transaction():
            resource = patched(self._resource(kind, principal_id), operations)
            return self.replace(caller, kind, principal_id, resource)

    def delete(self, caller: Caller, kind: PrincipalKind, principal_id: str) -> None:
        """Remove an own group; take an account principal's assignment away."""
        require_workspace_admin(caller)
        with self._store.transaction():
            self._resource(kind, principal_id)
            if self._groups.get(self._workspace_id, principal_id):
                self._groups.delete(self._workspace_id, principal_id)
            elif principal_id in self._directory.assignments(self._workspace_id):
                self._directory.unassign(self._workspace_id, principal_id)
            else:
                raise InvalidParameterError(
                    f"Principal {principal_id} is in this workspace through a group; unassign that."
                )
            self._entitlements.forget(self._workspace_id, principal_id)

    def _let_in(self, caller: Caller, kind: PrincipalKind, resource: Document) -> Document:
        name = read_text(resource, NAMES[kind])
        document = self._directory.find(kind, name) if name else None
        if document is None:
            document = self._account.add(caller, kind, {**resource, "roles": []})
        elif document["id"] in self._directory.assignments(self._workspace_id):
            label = "User with username" if kind == "user" else "Service principal with application ID"
            raise AlreadyExistsError(f"{label} {name} already exists.")
        self._directory.assign(self._workspace_id, document["id"], ["USER"])
        return document

    def _visible(self) -> dict[str, Document]:
        """Documents by id: assigned principals, members of assigned groups, the workspace's groups."""
        everyone = {document["id"]: document for document in self._directory.all()}
        assigned = [key for key in self._directory.assignments(self._workspace_id) if key in everyone]
        waiting, reached = list(assigned), set(assigned)
        while waiting:
            new = set(everyone[waiting.pop()].get("members", [])) - reached
            reached |= new
            waiting += new
        account = {
            key: everyone[key]
            for key in sorted(reached)
            if everyone[key]["kind"] != "group" or key in assigned
        }
        return account | {group["id"]: group for group in self._groups.all(self._workspace_id)}

    def _described(self, kind: PrincipalKind) -> list[Document]:
        names = {document["id"]: document for document in self._directory.all()}
        visible = self._visible()
        groups = [document for document in visible.values() if document["kind"] == "group"]
        return [
            describe(
                {**document, "roles": []},
                [group for group in groups if document["id"] in group["members"]],
                names,
                self._entitlements.of(self._workspace_id, document),
            )
            for document in visible.values()
            if document["kind"] == kind
        ]

    def _resource(self, kind: PrincipalKind, principal_id: str) -> Document:
        for resource in self._described(kind):
            if resource["id"] == principal_id:
                return resource
        raise NotFoundError(f"{kind.replace('_', ' ').capitalize()} with id {principal_id} not found.")

    def _shown(self, caller: Caller, resource: Document) -> Document:
        if caller.is_workspace_admin or resource["id"] == caller.principal.id:
            return resource
        return {name: value for name, value in resource.items() if name not in _ADMINS_ONLY}

    def _set_entitlements(self, document: Document, resource: Document) -> None:
        names = [entitlement["value"] for entitlement in items(resource.get("entitlements", []))]
        self._entitlements.replace(self._workspace_id, document, names)

    def _refuse_account_changes(self, present: Document, resource: Document) -> None:
        changed = [n for n in _ACCOUNTS if resource.get(n) is not None and resource[n] != present.get(n)]
        if "members" in resource and _values(resource["members"]) != _values(present.get("members", [])):
            changed.append("members")
        if changed:
            raise PermissionDeniedError(
                f"{changed[0]} of {present['displayName']} belongs to the account; change it there."
            )


def _values(members: Any) -> set[str]:
    return {member["value"] for member in items(members)}


def _group_fields(resource: Document, present: Document) -> Document:
    name = read_text(resource, "displayName") or present.get("displayName")
    if not name:
        raise InvalidParameterError("A group needs displayName.")
    if present and name != present["displayName"]:
        raise InvalidParameterError("The name of a workspace's group can't be changed.")
    members = list(dict.fromkeys(member["value"] for member in items(resource.get("members", []))))
    return {"displayName": name, "externalId": read_text(resource, "externalId") or None, "members": members}
