"""What jobs need of the other services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from infra.local.workspace.identity.caller import Caller

JOBS = "jobs"


class Permissions(Protocol):
    """Who may see, run and manage a job."""

    def created(self, workspace_id: int, object_type: str, object_id: str, caller: Caller, /) -> None:
        """Make the caller the owner of a new object."""

    def require(
        self, caller: Caller, workspace_id: int, object_type: str, object_id: str, level: str, /
    ) -> None:
        """PermissionDeniedError where the caller has not at least this level."""

    def allows(
        self, caller: Caller, workspace_id: int, object_type: str, object_id: str, level: str, /
    ) -> bool:
        """Whether the caller has at least this level."""

    def forget(self, workspace_id: int, object_type: str, object_id: str, /) -> None:
        """Drop the rights on an object that is gone."""


class RuleSets(Protocol):
    """Who may let jobs run as a service principal."""

    def may_use(self, caller: Caller, application_id: str, /) -> bool:
        """Whether the caller is the service principal, or has the role to use it."""


class BudgetPolicies(Protocol):
    """Who may have jobs billed under a budget policy."""

    def require_use(self, caller: Caller, workspace_id: int, policy_id: str, /) -> None:
        """An ApiError where the caller may not name the policy in this workspace."""


class Volumes(Protocol):
    """Files in Unity Catalog volumes."""

    def volume_path(self, caller: Caller, workspace_id: int, path: str, *, write: bool) -> Path:
        """Where a volume's file lies; an ApiError for a caller without the right."""


class Notifications(Protocol):
    """Tells people and machines."""

    def require(self, workspace_id: int, *, emails: Sequence[str], destinations: Sequence[str]) -> None:
        """InvalidParameterError for what is no address, or no destination of the workspace."""

    def send(
        self,
        workspace_id: int,
        *,
        emails: Sequence[str],
        destinations: Sequence[str],
        subject: str,
        text: str,
        payload: Mapping[str, Any],
    ) -> None:
        """Tell addresses and destinations, in the background."""


class SparkConnect(Protocol):
    """The engine's door for clients."""

    def remote(self, workspace_id: int, /) -> str:
        """The connection string of a workspace, to which a client adds its token."""
