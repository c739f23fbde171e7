"""The tree service: directories and files by path, with permissions inherited downwards."""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.workspace.errors import (
    AlreadyExistsError,
    InvalidParameterError,
    NotFoundError,
    NotServedError,
    PermissionDeniedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree import paths
from infra.local.workspace.tree.deletion import Cleared, Deleted, DirectoryNotEmptyError
from infra.local.workspace.tree.nodes import Nodes, ref

_MOST_BYTES = 10 * 1024 * 1024
_READ, _EDIT, _MANAGE = "CAN_READ", "CAN_EDIT", "CAN_MANAGE"
_FOLDERS = ("DIRECTORY", "REPO")
_CONTENT = ("FILE", "NOTEBOOK")
_NOTEBOOK = b"# Databricks notebook source"  # what makes a notebook of a Python file in a repository
_OPEN = (paths.ROOT, paths.USERS)


class Tree:
    """Nodes of fields `object_id`, `object_type`, `path`, times in milliseconds, `size` of a FILE.

    Beside directories and files it holds other services' objects: ALERT, DASHBOARD, and a REPO, which is
    a folder of files and notebooks that nobody edits. They are addressed by their `resource_id`;
    `on_deleted` tells the services of objects that are deleted as nodes; `cleared_by` asks for the others'.

    A new workspace has `/`, `/Users` and `/Shared`, which everyone in it manages; whoever is in
    the workspace has a home below `/Users`. What a caller may not read is refused alike whether
    it is there or not; the root and `/Users` show everyone what they may read in them.
    """

    def __init__(self, store: Store, directory: Directory, permissions: Permissions) -> None:
        self._store = store
        self._nodes = Nodes(store)
        self._directory = directory
        self._permissions = permissions
        self.on_deleted: list[Deleted] = []
        self.cleared_by: list[Cleared] = []

    def prepare(self, workspace_id: int) -> None:
        """Plant the tree of a new workspace."""
        root = self._nodes.make(workspace_id, paths.ROOT, "DIRECTORY", object_id=0)
        self._permissions.found(workspace_id, "directories", "0", parent=None)
        for path, users in ((paths.USERS, None), (paths.SHARED, _MANAGE)):
            node = self._nodes.make(workspace_id, path, "DIRECTORY")
            self._permissions.found(workspace_id, *ref(node), parent=ref(root), users=users)

    def find(self, workspace_id: int, path: str) -> Document | None:
        """The node at a path, or None; unchecked."""
        path = paths.normal(path)
        self._make_home(workspace_id, path)
        return self._nodes.get(workspace_id, path)

    def require_directory(self, workspace_id: int, path: str, caller: Caller) -> None:
        """Refuse unless the directory is there and the caller may create objects in it."""
        path = paths.normal(path)
        node = self.find(workspace_id, path)
        if node is None:
            self._refuse_missing(caller, workspace_id, path, f"The parent folder ({path}) does not exist.")
        elif node["object_type"] != "DIRECTORY":
            self._require(caller, workspace_id, node, _READ)
            raise InvalidParameterError(f"Path ({path}) is not a directory.")
        else:
            self._require(caller, workspace_id, node, _MANAGE)
            self._refuse_in_repo(workspace_id, path)

    def get(self, caller: Caller, workspace_id: int, path: str) -> Document:
        """A node that the caller may read."""
        path = paths.normal(path)
        node = self.find(workspace_id, path)
        if node is None:
            self._refuse_missing(caller, workspace_id, path, f"Path ({path}) doesn't exist.")
            raise AssertionError  # refused above
        if path not in _OPEN:
            self._require(caller, workspace_id, node, _READ)
        return node

    def children(self, caller: Caller, workspace_id: int, path: str) -> list[Document]:
        """What the caller may read directly in a directory; a file lists itself."""
        node = self.get(caller, workspace_id, path)
        if node["object_type"] not in _FOLDERS:
            return [node]
        return [
            child
            for child in self._nodes.inside(workspace_id, node["path"])
            if paths.parent(child["path"]) == node["path"]
            and (child["path"] in _OPEN or self._permissions.allows(caller, workspace_id, *ref(child), _READ))
        ]

    def make_directories(self, caller: Caller, workspace_id: int, path: str) -> None:
        """Make a directory with those above it; nothing where it is there already."""
        path = paths.normal(path)
        with self._store.transaction():
            missing: list[str] = []
            for above in paths.ancestors(path):
                node = self.find(workspace_id, above)
                if node is not None:
                    break
                missing.append(above)
            if not missing:
                self._check_is_directory(self.get(caller, workspace_id, path))
                return
            self.require_directory(workspace_id, paths.parent(missing[-1]), caller)
            for above in reversed(missing):
                self._create(caller, workspace_id, above, "DIRECTORY")

    def write(self, caller: Caller, workspace_id: int, path: str, content: bytes, *, overwrite: bool) -> None:
        """Store a file of at most 10 MiB in a directory that is there."""
        path = paths.normal(path)
        if len(content) > _MOST_BYTES:
            raise InvalidParameterError(
                f"File {path} has {len(content)} bytes; at most {_MOST_BYTES} are stored."
            )
        with self._store.transaction():
            node = self.find(workspace_id, path)
            if node is None:
                self.require_directory(workspace_id, paths.parent(path), caller)
                node = self._create(caller, workspace_id, path, "FILE")
            else:
                self._check_replaceable(caller, workspace_id, node, overwrite=overwrite)
            self._nodes.write(workspace_id, node, content)

    def read(self, caller: Caller, workspace_id: int, path: str) -> bytes:
        """A file's content."""
        node = self.get(caller, workspace_id, path)
        if node["object_type"] not in _CONTENT:
            kind = node["object_type"].lower()
            raise InvalidParameterError(
                f"Path ({node['path']}) is a {kind}; only files and notebooks are exported locally."
            )
        return self._nodes.read(workspace_id, node)

    def require_free(self, caller: Caller, workspace_id: int, path: str) -> None:
        """Refuse unless the caller may create an object at a path, and none is there."""
        path = paths.normal(path)
        self.get(caller, workspace_id, paths.parent(path))
        self.require_directory(workspace_id, paths.parent(path), caller)
        if (there := self.find(workspace_id, path)) is not None:
            raise AlreadyExistsError(f"Path ({path}) already exists as {there['object_type']}.")

    def place(
        self, caller: Caller, workspace_id: int, path: str, object_type: str, resource_id: str | None = None
    ) -> Document:
        """A new object of another service in a directory, managed by the caller; it inherits from there.

        Without an id of its own it goes by the node's.
        """
        path = paths.normal(path)
        with self._store.transaction():
            self.require_free(caller, workspace_id, path)
            return self._create(caller, workspace_id, path, object_type, resource_id)

    def rename(self, workspace_id: int, path: str, new_path: str) -> None:
        """Give an object another name in its directory. Asks nobody."""
        with self._store.transaction():
            if new_path != path and self._nodes.get(workspace_id, new_path) is not None:
                raise AlreadyExistsError(f"Path ({new_path}) already exists.")
            self._nodes.move(workspace_id, path, new_path)

    def remove(self, workspace_id: int, path: str) -> None:
        """Take an object of another service away, with what is in it. Asks nobody."""
        with self._store.transaction():
            node = self._nodes.get(workspace_id, path)
            for gone in [*self._nodes.inside(workspace_id, path), *([node] if node else [])]:
                self._forget(workspace_id, gone)

    def fill(self, workspace_id: int, repo: Document, files: Mapping[str, bytes]) -> None:
        """Replace what is in a REPO by files of relative paths, with the folders that they need."""
        root = repo["path"]
        folders = {above for file in files for above in paths.ancestors(f"/{file}")[1:-1]}
        with self._store.transaction():
            for gone in self._nodes.inside(workspace_id, root):
                self._forget(workspace_id, gone)
            for folder in sorted(folders):
                self._found(workspace_id, f"{root}{folder}", "DIRECTORY")
            for file, content in files.items():
                self._nodes.write(
                    workspace_id, self._fill_in(workspace_id, f"{root}/{file}", content), content
                )

    def _fill_in(self, workspace_id: int, path: str, content: bytes) -> Document:
        """The node of a file in a REPO; a notebook goes by its name without an ending."""
        if path.endswith(".py") and content.startswith(_NOTEBOOK):
            node = self._found(workspace_id, path.removesuffix(".py"), "NOTEBOOK")
            return node | {"language": "PYTHON"}
        return self._found(workspace_id, path, "FILE")

    def delete(self, caller: Caller, workspace_id: int, path: str, *, recursive: bool) -> None:
        """Remove a node; a folder that is not empty only if `recursive`."""
        node = self._require_deletable(caller, workspace_id, path)
        folders = [
            ref(item) for item in self._with_content(workspace_id, node) if item["object_type"] == "DIRECTORY"
        ]
        clears = [clear for find in self.cleared_by if (clear := find(workspace_id, folders))]
        if clears and not recursive:
            raise DirectoryNotEmptyError(node["path"])
        for clear in clears:
            clear()
        with self._store.transaction():
            everything = self._with_content(workspace_id, node)
            if len(everything) > 1 and not recursive:
                raise DirectoryNotEmptyError(node["path"])
            for gone in everything:
                self._forget(workspace_id, gone)
                for tell in self.on_deleted:
                    tell(workspace_id, gone)

    def _with_content(self, workspace_id: int, node: Document) -> list[Document]:
        return [*self._nodes.inside(workspace_id, node["path"]), node]

    def _require_deletable(self, caller: Caller, workspace_id: int, path: str) -> Document:
        node = self.get(caller, workspace_id, path)
        if node["path"] in (*_OPEN, paths.SHARED):
            raise InvalidParameterError(f"Path ({node['path']}) can't be deleted.")
        self._require(caller, workspace_id, node, _MANAGE)
        self._refuse_in_repo(workspace_id, paths.parent(node["path"]))
        return node

    def _forget(self, workspace_id: int, node: Document) -> None:
        self._permissions.forget(workspace_id, *ref(node))
        self._nodes.delete(workspace_id, node)

    def _refuse_in_repo(self, workspace_id: int, path: str) -> None:
        for above in paths.ancestors(path):
            node = self._nodes.get(workspace_id, above)
            if node is not None and node["object_type"] == "REPO":
                raise NotServedError(f"Files of the Git folder {above} are not edited locally.")

    def _create(
        self, caller: Caller, workspace_id: int, path: str, object_type: str, resource_id: str | None = None
    ) -> Document:
        node = self._nodes.make(workspace_id, path, object_type, resource_id=resource_id)
        parent = self._nodes.parent(workspace_id, path)
        self._permissions.created(workspace_id, *ref(node), caller, parent=parent)
        return node

    def _found(self, workspace_id: int, path: str, object_type: str) -> Document:
        """A node that nobody created."""
        node = self._nodes.make(workspace_id, path, object_type)
        self._permissions.found(workspace_id, *ref(node), parent=self._nodes.parent(workspace_id, path))
        return node

    def _make_home(self, workspace_id: int, path: str) -> None:
        owner = paths.home_owner(path)
        if owner is None or self._nodes.get(workspace_id, f"{paths.USERS}/{owner}"):
            return
        principal = self._directory.named(owner)
        if principal is None or principal.kind == "group" or principal.name != owner:
            return
        if self._directory.caller(principal.id, workspace_id) is None:
            return
        with self._store.transaction():
            users = self._nodes.get(workspace_id, paths.USERS)
            node = self._nodes.make(workspace_id, f"{paths.USERS}/{owner}", "DIRECTORY")
            above = ref(users) if users else None
            self._permissions.found(workspace_id, *ref(node), parent=above, principal_id=principal.id)

    def _check_replaceable(
        self, caller: Caller, workspace_id: int, node: Document, *, overwrite: bool
    ) -> None:
        self._require(caller, workspace_id, node, _EDIT)
        self._refuse_in_repo(workspace_id, node["path"])
        if node["object_type"] != "FILE" or not overwrite:
            raise AlreadyExistsError(f"Path ({node['path']}) already exists as {node['object_type']}.")

    def _check_is_directory(self, node: Document) -> None:
        if node["object_type"] != "DIRECTORY":
            raise AlreadyExistsError(f"Path ({node['path']}) already exists as {node['object_type']}.")

    def _require(self, caller: Caller, workspace_id: int, node: Document, level: str) -> None:
        if not self._permissions.allows(caller, workspace_id, *ref(node), level):
            raise _denied(caller, node["path"])

    def _refuse_missing(self, caller: Caller, workspace_id: int, path: str, message: str) -> None:
        """NotFoundError for who may read where the path would be, else as if it were there."""
        for above in paths.ancestors(path)[1:]:
            node = self._nodes.get(workspace_id, above)
            if node is not None:
                if self._permissions.allows(caller, workspace_id, *ref(node), _READ):
                    raise NotFoundError(message)
                break
        raise _denied(caller, path)


def _denied(caller: Caller, path: str) -> PermissionDeniedError:
    return PermissionDeniedError(f"{caller.name} does not have the required permissions on {path}.")
