"""What principals may use in a workspace at all."""

from __future__ import annotations

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.scim.workspace_groups import ADMINS, USERS, WorkspaceGroups
from infra.local.workspace.store import Document, Store

ENTITLEMENTS = (
    "allow-cluster-create",
    "allow-instance-pool-create",
    "databricks-sql-access",
    "workspace-access",
    "workspace-consume",
)
# As a new workspace has them: https://docs.databricks.com/security/auth/entitlements
_DEFAULTS = {
    ADMINS: [
        "allow-cluster-create",
        "allow-instance-pool-create",
        "databricks-sql-access",
        "workspace-access",
    ],
    USERS: ["databricks-sql-access", "workspace-access"],
}


class Entitlements:
    """Entitlements by workspace and principal, directly held or through groups.

    Everyone in a workspace has what its group `users` has: `workspace-access` and
    `databricks-sql-access`, until an admin takes them from `users`.
    """

    def __init__(self, store: Store, directory: Directory, groups: WorkspaceGroups) -> None:
        self._entitlements = store.collection("entitlements")
        self._directory = directory
        self._groups = groups

    def has(self, caller: Caller, workspace_id: int, name: str) -> bool:
        """Whether the caller holds an entitlement: itself, by a group, or as the workspace's admin."""
        if caller.is_workspace_admin or name in self._named(workspace_id, caller.principal.id):
            return True
        groups = self._directory.groups_of(caller.principal.id) + self._groups.of_caller(caller, workspace_id)
        return any(name in self.of(workspace_id, group) for group in groups)

    def of(self, workspace_id: int, principal: Document) -> list[str]:
        """What a principal holds directly."""
        default = _DEFAULTS[principal["displayName"]] if principal.get("system") else []
        return self._named(workspace_id, principal["id"], default)

    def replace(self, workspace_id: int, principal: Document, names: list[str]) -> None:
        """Set what a principal holds directly."""
        if unknown := [name for name in names if name not in ENTITLEMENTS]:
            raise InvalidParameterError(
                f"Unknown entitlement {unknown[0]}; there are {', '.join(ENTITLEMENTS)}."
            )
        self._check_admins(principal, names)
        document = {"names": sorted(set(names))}
        self._entitlements.put(f"{workspace_id}/{principal['id']}", document)

    def forget(self, workspace_id: int, principal_id: str) -> None:
        """Drop what somebody held who is no longer in the workspace."""
        self._entitlements.delete(f"{workspace_id}/{principal_id}")

    def forget_principal(self, principal_id: str) -> None:
        """Drop what a deleted principal held anywhere."""
        for key, _ in self._entitlements.items():  # noqa: PERF102 (not a dict)
            if key.endswith(f"/{principal_id}"):
                self._entitlements.delete(key)

    def _named(self, workspace_id: int, principal_id: str, default: list[str] | None = None) -> list[str]:
        document = self._entitlements.get(f"{workspace_id}/{principal_id}")
        return list(default or []) if document is None else list(document["names"])

    def _check_admins(self, principal: Document, names: list[str]) -> None:
        is_admins = principal.get("system") and principal["displayName"] == ADMINS
        missing = set(_DEFAULTS[ADMINS]) - set(names)
        if is_admins and missing:
            raise InvalidParameterError(f"Entitlement {min(missing)} can't be removed from group admins.")
