"""A workspace that exists."""

from __future__ import annotations

from infra.config.workspace import Workspace
from infra.constructs.workspaces.workspace import EnvironmentWorkspace


def existing_workspace(settings: Workspace) -> EnvironmentWorkspace:
    """The workspace that settings name by its id and host."""
    return EnvironmentWorkspace(number=float(settings.id or 0), host=str(settings.host))
