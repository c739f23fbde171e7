"""The tree service: directories and files by path, with permissions inherited downwards."""

from __future__ import annotations

import base64
import time

from infra.local.workspace.errors import (
    AlreadyExistsError,
    ApiError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.permissions.model import Parent, Permissions
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree import paths

_FIRST_ID = 1_000_000_000
_MOST_BYTES = 10 * 1024 * 1024
_READ, _EDIT, _MANAGE = "CAN_READ", "CAN_EDIT", "CAN_MANAGE"
_TYPES = {"DIRECTORY": "directories", "FILE": "files"}
_OPEN = (paths.ROOT, paths.USERS)


class DirectoryNotEmptyError(ApiError):
    """A directory with something in it, and `recursive` was not asked for."""

    status = 400
    code = "DIRECTORY_NOT_EMPTY"


class Tree:
    """Nodes of fields `object_id`, `object_type` (DIRECTORY or FILE), `path`, times in milliseconds, `size`.

    A new workspace has `/`, `/Users` and `/Shared`, which everyone in it manages; whoever is in
    the workspace has a home below `/Users`. What a caller may not read is refused alike whether
    it is there or not; the root and `/Users` show everyone what they may read in them.
    """

    def __init__(self, store: Store, directory: Directory, permissions: Permissions) -> None:
        self._store = store
        self._nodes = store.collection("tree")
        self._contents = store.collection("tree_contents")
        self._directory = directory
        self._permissions = permissions

    def prepare(self, workspace_id: int) -> None:
        """Plant the tree of a new workspace."""
        root = self._put(workspace_id, paths.ROOT, "DIRECTORY", object_id=0)
        self._permissions.found(workspace_id, "directories", "0", parent=None)
        for path, users in ((paths.USERS, None), (paths.SHARED, _MANAGE)):
            node = self._put(workspace_id, path, "DIRECTORY")
            self._permissions.found(workspace_id, *_ref(node), parent=_ref(root), users=users)

    def find(self, workspace_id: int, path: str) -> Document | None:
        """The node at a path, or None; unchecked."""
        path = paths.normal(path)
        self._make_home(workspace_id, path)
        return self._nodes.get(f"{workspace_id}{path}")

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
        if node["object_type"] != "DIRECTORY":
            return [node]
        return [
            child
            for child in self._inside(workspace_id, node["path"])
            if paths.parent(child["path"]) == node["path"]
            and (
                child["path"] in _OPEN or self._permissions.allows(caller, workspace_id, *_ref(child), _READ)
            )
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
            node |= {"modified_at": _now(), "size": len(content)}
            self._nodes.put(f"{workspace_id}{path}", node)
            text = base64.b64encode(content).decode()
            self._contents.put(f"{workspace_id}/{node['object_id']}", {"content": text})

    def read(self, caller: Caller, workspace_id: int, path: str) -> bytes:
        """A file's content."""
        node = self.get(caller, workspace_id, path)
        if node["object_type"] != "FILE":
            raise InvalidParameterError(
                f"Path ({node['path']}) is a directory; only files are exported locally."
            )
        document = self._contents.get(f"{workspace_id}/{node['object_id']}")
        return base64.b64decode((document or {"content": ""})["content"])

    def delete(self, caller: Caller, workspace_id: int, path: str, *, recursive: bool) -> None:
        """Remove a file or directory; one that is not empty only if `recursive`."""
        with self._store.transaction():
            node = self.get(caller, workspace_id, path)
            path = node["path"]
            if path in (*_OPEN, paths.SHARED):
                raise InvalidParameterError(f"Path ({path}) can't be deleted.")
            self._require(caller, workspace_id, node, _MANAGE)
            inside = self._inside(workspace_id, path)
            if inside and not recursive:
                raise DirectoryNotEmptyError(f"Folder ({path}) is not empty")
            for gone in [*inside, node]:
                self._permissions.forget(workspace_id, *_ref(gone))
                self._contents.delete(f"{workspace_id}/{gone['object_id']}")
                self._nodes.delete(f"{workspace_id}{gone['path']}")

    def _inside(self, workspace_id: int, path: str) -> list[Document]:
        """Everything below a directory, at any depth."""
        prefix = f"{workspace_id}{path.rstrip('/')}/"
        return [node for node in self._nodes.all(prefix) if node["path"] != path]

    def _create(self, caller: Caller, workspace_id: int, path: str, object_type: str) -> Document:
        node = self._put(workspace_id, path, object_type)
        above = self._nodes.get(f"{workspace_id}{paths.parent(path)}")
        inherited = _ref(above) if above else None
        self._permissions.created(workspace_id, *_ref(node), caller, parent=inherited)
        return node

    def _put(
        self, workspace_id: int, path: str, object_type: str, *, object_id: int | None = None
    ) -> Document:
        number = _FIRST_ID + self._store.next_number("tree") if object_id is None else object_id
        node = {
            "object_id": number,
            "object_type": object_type,
            "path": path,
            "created_at": _now(),
            "modified_at": _now(),
            "resource_id": str(number),
        }
        return self._nodes.put(f"{workspace_id}{path}", node)

    def _make_home(self, workspace_id: int, path: str) -> None:
        owner = paths.home_owner(path)
        if owner is None or self._nodes.get(f"{workspace_id}{paths.USERS}/{owner}"):
            return
        principal = self._directory.named(owner)
        if principal is None or principal.kind == "group" or principal.name != owner:
            return
        if self._directory.caller(principal.id, workspace_id) is None:
            return
        with self._store.transaction():
            users = self._nodes.get(f"{workspace_id}{paths.USERS}")
            node = self._put(workspace_id, f"{paths.USERS}/{owner}", "DIRECTORY")
            above = _ref(users) if users else None
            self._permissions.found(workspace_id, *_ref(node), parent=above, principal_id=principal.id)

    def _check_replaceable(
        self, caller: Caller, workspace_id: int, node: Document, *, overwrite: bool
    ) -> None:
        self._require(caller, workspace_id, node, _EDIT)
        if node["object_type"] != "FILE" or not overwrite:
            raise AlreadyExistsError(f"Path ({node['path']}) already exists as {node['object_type']}.")

    def _check_is_directory(self, node: Document) -> None:
        if node["object_type"] != "DIRECTORY":
            raise AlreadyExistsError(f"Path ({node['path']}) already exists as {node['object_type']}.")

    def _require(self, caller: Caller, workspace_id: int, node: Document, level: str) -> None:
        if not self._permissions.allows(caller, workspace_id, *_ref(node), level):
            raise _denied(caller, node["path"])

    def _refuse_missing(self, caller: Caller, workspace_id: int, path: str, message: str) -> None:
        """NotFoundError for who may read where the path would be, else as if it were there."""
        for above in paths.ancestors(path)[1:]:
            node = self._nodes.get(f"{workspace_id}{above}")
            if node is not None:
                if self._permissions.allows(caller, workspace_id, *_ref(node), _READ):
                    raise NotFoundError(message)
                break
        raise _denied(caller, path)


def _denied(caller: Caller, path: str) -> PermissionDeniedError:
    return PermissionDeniedError(f"{caller.name} does not have the required permissions on {path}.")


def _ref(node: Document) -> Parent:
    """How the permissions service addresses a node."""
    return _TYPES[node["object_type"]], str(node["object_id"])


def _now() -> int:
    return int(time.time() * 1000)
