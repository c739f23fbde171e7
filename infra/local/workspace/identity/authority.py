"""Who may change the account, and who a workspace."""

from __future__ import annotations

from infra.local.workspace.errors import PermissionDeniedError
from infra.local.workspace.identity.caller import Caller


def require_account_admin(caller: Caller) -> None:
    """Nothing for an account admin; PermissionDeniedError for everyone else."""
    if not caller.is_account_admin:
        raise PermissionDeniedError(f"{caller.name} is not an account admin.")


def require_workspace_admin(caller: Caller) -> None:
    """Nothing for an admin of the workspace that is called; PermissionDeniedError for everyone else."""
    if not caller.is_workspace_admin:
        raise PermissionDeniedError(f"{caller.name} is not an admin of this workspace.")
