"""The account's users, service principals and groups, and their assignment to workspaces."""

from __future__ import annotations

import uuid
from typing import Any

from infra.local.workspace.errors import AlreadyExistsError, InvalidParameterError, NotFoundError
from infra.local.workspace.identity.caller import Caller, Principal, PrincipalKind
from infra.local.workspace.store import Document, Store

_NAME_FIELDS: dict[PrincipalKind, str] = {
    "user": "userName",
    "service_principal": "applicationId",
    "group": "displayName",
}


class Directory:
    """Principals as SCIM-like documents.

    Fields of a document: `id`, `kind`, `displayName`, `active`, `externalId`, `roles` (a list of
    names, e.g. `account_admin`), and `userName` (users), `applicationId` (service principals) or
    `members` (groups: ids of principals).
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._principals = store.collection("principals")
        self._assignments = store.collection("workspace_assignments")

    def create(self, kind: PrincipalKind, fields: Document) -> Document:
        """Add a principal; an application id is made up where none is given."""
        with self._store.transaction():
            document = {"active": True, "roles": [], **fields, "kind": kind}
            if kind == "service_principal":
                document.setdefault("applicationId", str(uuid.uuid4()))
                document.setdefault("displayName", document["applicationId"])
            if kind == "group":
                document.setdefault("members", [])
            name = document.get(_NAME_FIELDS[kind])
            if not name:
                raise InvalidParameterError(f"A {kind} needs {_NAME_FIELDS[kind]}.")
            if self.find(kind, name):
                raise AlreadyExistsError(f"A {kind} named {name} exists already.")
            document["id"] = str(10_000_000 + self._store.next_number("principals"))
            document.setdefault("displayName", name)
            return self._principals.insert(document["id"], document)

    def get(self, principal_id: str, kind: PrincipalKind | None = None) -> Document:
        """A principal's document by its SCIM id."""
        document = self._principals.get(principal_id)
        if document is None or (kind and document["kind"] != kind):
            raise NotFoundError(f"{(kind or 'principal').replace('_', ' ')} {principal_id} not found.")
        return document

    def find(self, kind: PrincipalKind, name: str) -> Document | None:
        """A principal by the name that grants use; users' e-mails match in any case."""
        wanted = name.lower()
        for document in self.all(kind):
            if document[_NAME_FIELDS[kind]].lower() == wanted:
                return document
        return None

    def all(self, kind: PrincipalKind | None = None) -> list[Document]:
        """All principals of a kind, or of every kind."""
        return [d for d in self._principals.all() if kind in (None, d["kind"])]

    def update(self, document: Document) -> Document:
        """Store a changed document; members must exist and must not form a cycle."""
        with self._store.transaction():
            self.get(document["id"])
            for member in document.get("members", []):
                self.get(member)
                if member == document["id"] or document["id"] in self._ancestors(member, inverse=True):
                    raise InvalidParameterError(f"Group {document['displayName']} can't contain itself.")
            return self._principals.put(document["id"], document)

    def delete(self, principal_id: str) -> None:
        """Remove a principal, its memberships and its assignments to workspaces."""
        with self._store.transaction():
            self.get(principal_id)
            self._principals.delete(principal_id)
            for group in self.all("group"):
                if principal_id in group["members"]:
                    group["members"].remove(principal_id)
                    self._principals.put(group["id"], group)
            for key, _document in self._assignments.items():  # noqa: PERF102 (not a dict)
                if key.endswith(f"/{principal_id}"):
                    self._assignments.delete(key)

    def principal(self, document: Document) -> Principal:
        """The typed view of a document."""
        kind: PrincipalKind = document["kind"]
        return Principal(document["id"], kind, document[_NAME_FIELDS[kind]], document["displayName"])

    def named(self, name: str) -> Principal | None:
        """The principal that a grant or permission names, whatever its kind."""
        for kind in _NAME_FIELDS:
            if document := self.find(kind, name):
                return self.principal(document)
        return None

    def groups_of(self, principal_id: str) -> list[Document]:
        """Every group that contains the principal, directly or through other groups."""
        return [self.get(group_id) for group_id in sorted(self._ancestors(principal_id))]

    def assign(self, workspace_id: int, principal_id: str, permissions: list[str]) -> None:
        """Let a principal into a workspace as USER or ADMIN."""
        self.get(principal_id)
        self._assignments.put(f"{workspace_id}/{principal_id}", {"permissions": permissions})

    def unassign(self, workspace_id: int, principal_id: str) -> None:
        """Take a principal's access to a workspace away."""
        self._assignments.delete(f"{workspace_id}/{principal_id}")

    def assignments(self, workspace_id: int) -> dict[str, list[str]]:
        """Principal id → permissions, for one workspace."""
        prefix = f"{workspace_id}/"
        return {key.removeprefix(prefix): d["permissions"] for key, d in self._assignments.items(prefix)}

    def caller(self, principal_id: str, workspace_id: int | None) -> Caller | None:
        """The principal as a caller at a site; None where it may not be there at all."""
        document = self._principals.get(principal_id)
        if document is None or not document["active"]:
            return None
        groups = self.groups_of(principal_id)
        roles = {role for holder in [document, *groups] for role in holder["roles"]}
        permissions = self._permissions(workspace_id, [document, *groups])
        if workspace_id is not None and not permissions:
            return None
        return Caller(
            principal=self.principal(document),
            groups=frozenset(group["displayName"] for group in groups),
            is_account_admin="account_admin" in roles,
            is_workspace_admin="ADMIN" in permissions,
        )

    def _permissions(self, workspace_id: int | None, holders: list[Document]) -> set[str]:
        if workspace_id is None:
            return set()
        assigned: dict[str, Any] = self.assignments(workspace_id)
        return {permission for holder in holders for permission in assigned.get(holder["id"], [])}

    def _ancestors(self, principal_id: str, *, inverse: bool = False) -> set[str]:
        """Ids of all groups above a principal; with `inverse`, of all principals below a group."""
        links: dict[str, set[str]] = {}
        for group in self.all("group"):
            for member in group["members"]:
                source, target = (group["id"], member) if inverse else (member, group["id"])
                links.setdefault(source, set()).add(target)
        found: set[str] = set()
        waiting = [principal_id]
        while waiting:
            new = links.get(waiting.pop(), set()) - found
            found |= new
            waiting.extend(new)
        return found
