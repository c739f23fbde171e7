"""Groups that exist in one workspace only: its own, and the system's `users` and `admins`."""

from __future__ import annotations

from infra.local.workspace.errors import AlreadyExistsError, InvalidParameterError, NotFoundError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Document, Store

ADMINS = "admins"
USERS = "users"
_FIRST_ID = 900_000_000


class WorkspaceGroups:
    """Documents of fields `id`, `kind`, `displayName`, `externalId`, `members`, `system`.

    The directory does not know them: nothing outside of the workspace can be granted to one.
    """

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._groups = store.collection("workspace_groups")
        self._directory = directory

    def all(self, workspace_id: int) -> list[Document]:
        """The workspace's own groups, `users` and `admins` with their present members."""
        with self._store.transaction():
            self._make_system_groups(workspace_id)
            documents = self._groups.all(f"{workspace_id}/")
        return [self._with_members(workspace_id, document) for document in documents]

    def get(self, workspace_id: int, group_id: str) -> Document | None:
        """One of the workspace's own groups, or None."""
        for document in self.all(workspace_id):
            if document["id"] == group_id:
                return document
        return None

    def of_caller(self, caller: Caller, workspace_id: int) -> list[Document]:
        """Those that contain the caller, directly or through an account group."""
        groups = self._directory.groups_of(caller.principal.id)
        ids = {caller.principal.id, *(group["id"] for group in groups)}
        found = [g for g in self.all(workspace_id) if not g["system"] and ids & set(g["members"])]
        system = (USERS, ADMINS) if caller.is_workspace_admin else (USERS,)
        return found + [g for g in self.all(workspace_id) if g["system"] and g["displayName"] in system]

    def create(self, workspace_id: int, fields: Document) -> Document:
        """A group of this workspace alone."""
        name = fields["displayName"]
        if self._directory.find("group", name) or self._named(workspace_id, name):
            raise AlreadyExistsError(f"Group with name {name} already exists.")
        document = {"kind": "group", "externalId": None, "members": [], "system": False, **fields}
        self._check_members(document["members"])
        return self._insert(workspace_id, document)

    def update(self, workspace_id: int, document: Document) -> None:
        """Store a changed group; members of `admins` become the workspace's admins."""
        self._check_members(document["members"])
        if document["system"]:
            self._update_system_group(workspace_id, document)
        else:
            self._groups.put(f"{workspace_id}/{document['id']}", document)

    def delete(self, workspace_id: int, group_id: str) -> None:
        """Remove a group of the workspace's own; the system's can't be."""
        document = self.get(workspace_id, group_id)
        if document is None:
            raise NotFoundError(f"Group with id {group_id} not found.")
        if document["system"]:
            raise InvalidParameterError(f"Group {document['displayName']} can't be deleted.")
        self._groups.delete(f"{workspace_id}/{group_id}")

    def forget_member(self, principal_id: str) -> None:
        """Take a principal that is deleted out of every workspace's groups."""
        for key, document in self._groups.items():
            if principal_id in document["members"]:
                document["members"].remove(principal_id)
                self._groups.put(key, document)

    def _named(self, workspace_id: int, name: str) -> Document | None:
        matching = [g for g in self.all(workspace_id) if g["displayName"].lower() == name.lower()]
        return matching[0] if matching else None

    def _insert(self, workspace_id: int, document: Document) -> Document:
        document["id"] = str(_FIRST_ID + self._store.next_number("workspace_groups"))
        return self._groups.insert(f"{workspace_id}/{document['id']}", document)

    def _make_system_groups(self, workspace_id: int) -> None:
        if self._groups.all(f"{workspace_id}/"):
            return
        for name in (ADMINS, USERS):
            fields: Document = {
                "kind": "group",
                "displayName": name,
                "externalId": None,
                "members": [],
                "system": True,
            }
            self._insert(workspace_id, fields)

    def _with_members(self, workspace_id: int, document: Document) -> Document:
        if document["system"]:
            wanted = {"ADMIN"} if document["displayName"] == ADMINS else {"ADMIN", "USER"}
            assigned = self._directory.assignments(workspace_id)
            document["members"] = [key for key, held in assigned.items() if wanted & set(held)]
        return document

    def _check_members(self, members: list[str]) -> None:
        for member in members:
            self._directory.get(member)

    def _update_system_group(self, workspace_id: int, document: Document) -> None:
        present = self.get(workspace_id, document["id"]) or document
        before, after = set(present["members"]), set(document["members"])
        if before != after and present["displayName"] == USERS:
            raise InvalidParameterError(
                "Members of users are those assigned to the workspace; assign them instead."
            )
        for member in sorted(after - before):
            self._directory.assign(workspace_id, member, ["ADMIN"])
        for member in sorted(before - after):
            self._directory.assign(workspace_id, member, ["USER"])
