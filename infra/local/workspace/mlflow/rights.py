"""What this service asks of the services that know who may do what."""

from __future__ import annotations

from typing import Protocol

from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document

READ, EDIT, MANAGE = "CAN_READ", "CAN_EDIT", "CAN_MANAGE"


class Permissions(Protocol):
    """Levels on workspace objects."""

    def created(self, workspace_id: int, object_type: str, object_id: str, caller: Caller) -> None:
        """Make the caller the object's manager."""

    def require(
        self, caller: Caller, workspace_id: int, object_type: str, object_id: str, level: str
    ) -> None:
        """Raise unless the caller holds the level."""

    def allows(self, caller: Caller, workspace_id: int, object_type: str, object_id: str, level: str) -> bool:
        """Whether the caller holds the level."""


class UnityCatalog(Protocol):
    """Privileges on securables."""

    def require(
        self, caller: Caller, workspace_id: int, privilege: str, securable_type: str, full_name: str
    ) -> None:
        """Raise unless the caller may use the privilege."""

    def allows(
        self, caller: Caller, workspace_id: int, privilege: str, securable_type: str, full_name: str
    ) -> bool:
        """Whether the caller may use the privilege."""

    def find(self, securable_type: str, full_name: str) -> Document | None:
        """The securable's document, or None."""


class Directories(Protocol):
    """Directories of the workspace's tree."""

    def require_directory(self, workspace_id: int, path: str, caller: Caller) -> None:
        """Raise unless the directory is there and the caller may create objects in it."""
