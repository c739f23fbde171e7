"""What is kept of a tree: a document for each node, and files' contents. Asks nobody."""

from __future__ import annotations

import base64
import time

from infra.local.workspace.permissions.model import Parent
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree import paths

_FIRST_ID = 1_000_000_000
_TYPES = {
    "ALERT": "alertsv2",
    "DASHBOARD": "dashboards",
    "DIRECTORY": "directories",
    "FILE": "files",
    "NOTEBOOK": "notebooks",
    "REPO": "repos",
}


class Nodes:
    """Nodes of every workspace by their path; see Tree for their fields."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._nodes = store.collection("tree")
        self._contents = store.collection("tree_contents")

    def get(self, workspace_id: int, path: str) -> Document | None:
        """The node at a path, or None."""
        return self._nodes.get(f"{workspace_id}{path}")

    def parent(self, workspace_id: int, path: str) -> Parent | None:
        """How permissions address the folder of a path."""
        above = self.get(workspace_id, paths.parent(path))
        return ref(above) if above else None

    def inside(self, workspace_id: int, path: str) -> list[Document]:
        """Everything below a folder, at any depth."""
        prefix = f"{workspace_id}{path.rstrip('/')}/"
        return [node for node in self._nodes.all(prefix) if node["path"] != path]

    def make(
        self,
        workspace_id: int,
        path: str,
        object_type: str,
        *,
        object_id: int | None = None,
        resource_id: str | None = None,
    ) -> Document:
        """A new node; it goes by its number where it has no other id."""
        number = _FIRST_ID + self._store.next_number("tree") if object_id is None else object_id
        now = _now()
        node = {
            "object_id": number,
            "object_type": object_type,
            "path": path,
            "created_at": now,
            "modified_at": now,
            "resource_id": resource_id or str(number),
        }
        return self._nodes.put(f"{workspace_id}{path}", node)

    def move(self, workspace_id: int, path: str, new_path: str) -> None:
        """Give a node without anything in it another path."""
        node = self.get(workspace_id, path)
        if node is not None:
            self._nodes.delete(f"{workspace_id}{path}")
            self._nodes.put(f"{workspace_id}{new_path}", {**node, "path": new_path})

    def write(self, workspace_id: int, node: Document, content: bytes) -> None:
        """Replace a file's content."""
        changed = {**node, "modified_at": _now(), "size": len(content)}
        self._nodes.put(f"{workspace_id}{node['path']}", changed)
        text = base64.b64encode(content).decode()
        self._contents.put(f"{workspace_id}/{node['object_id']}", {"content": text})

    def read(self, workspace_id: int, node: Document) -> bytes:
        """A file's content."""
        document = self._contents.get(f"{workspace_id}/{node['object_id']}")
        return base64.b64decode((document or {"content": ""})["content"])

    def delete(self, workspace_id: int, node: Document) -> None:
        """Forget a node and its content."""
        self._contents.delete(f"{workspace_id}/{node['object_id']}")
        self._nodes.delete(f"{workspace_id}{node['path']}")


def ref(node: Document) -> Parent:
    """How the permissions service addresses a node."""
    return _TYPES[node["object_type"]], str(node["resource_id"])


def _now() -> int:
    return int(time.time() * 1000)
