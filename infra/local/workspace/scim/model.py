"""The SCIM service: the account's principals, and a workspace's view of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from infra.local.workspace.identity.caller import Caller, PrincipalKind
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.scim.account_principals import AccountPrincipals
from infra.local.workspace.scim.entitlements import Entitlements
from infra.local.workspace.scim.workspace_groups import WorkspaceGroups
from infra.local.workspace.scim.workspace_principals import WorkspacePrincipals
from infra.local.workspace.store import Document, Store


class Principals(Protocol):
    """What SCIM does at a site; resources are as the API shows them."""

    def me(self, caller: Caller) -> Document:
        """The caller's own resource."""

    def all(self, caller: Caller, kind: PrincipalKind) -> list[Document]:
        """All resources of a kind that the caller may see."""

    def get(self, caller: Caller, kind: PrincipalKind, principal_id: str) -> Document:
        """One resource."""

    def create(self, caller: Caller, kind: PrincipalKind, resource: Document) -> Document:
        """A new principal's resource."""

    def replace(self, caller: Caller, kind: PrincipalKind, principal_id: str, resource: Document) -> Document:
        """The resource after its attributes were replaced."""

    def patch(self, caller: Caller, kind: PrincipalKind, principal_id: str, operations: Any) -> Document:
        """The resource after PATCH operations."""

    def delete(self, caller: Caller, kind: PrincipalKind, principal_id: str) -> None:
        """Remove a principal from the site."""


class Scim:
    """Principals by site, and the `entitlements` that they hold in workspaces.

    `on_created` is called with the caller and the application id of each new service principal.
    """

    def __init__(
        self, store: Store, directory: Directory, *, on_created: Callable[[Caller, str], None]
    ) -> None:
        self._store = store
        self._directory = directory
        self._groups = WorkspaceGroups(store, directory)
        self.entitlements = Entitlements(store, directory, self._groups)
        self._on_created = on_created

    def at(self, workspace_id: int | None) -> Principals:
        """The principals of a site: of a workspace, or (None) of the account."""
        account = AccountPrincipals(
            self._store, self._directory, self.entitlements, self._groups, on_created=self._on_created
        )
        if workspace_id is None:
            return account
        return WorkspacePrincipals(
            self._store, self._directory, self.entitlements, self._groups, account, workspace_id=workspace_id
        )
