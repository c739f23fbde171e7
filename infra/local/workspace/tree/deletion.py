"""What the deletion of a folder takes along, and who has a say in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from infra.local.workspace.errors import ApiError
from infra.local.workspace.permissions.model import Parent
from infra.local.workspace.store import Document

# Workspace and node, of a folder that was deleted with everything in it, or by itself.
Deleted = Callable[[int, Document], None]
# Workspace and folders: what deletes another service's objects in them, None where it has none there.
Cleared = Callable[[int, Sequence[Parent]], Callable[[], None] | None]


class DirectoryNotEmptyError(ApiError):
    """A directory with something in it, and `recursive` was not asked for."""

    status = 400
    code = "DIRECTORY_NOT_EMPTY"

    def __init__(self, path: str) -> None:
        super().__init__(f"Folder ({path}) is not empty")
