"""A workspace with people in it, made as an account admin makes them: through the SDK."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.service import iam

from infra.local.workspace.identity.caller import Principal, PrincipalKind
from infra.local.workspace.platform import LocalAccount


class Member(NamedTuple):
    """Somebody in the workspace, and the client that speaks in their name."""

    principal: Principal
    client: WorkspaceClient


class Workspace:
    """A workspace of a local account; `client` is that of its creator, who is its admin."""

    def __init__(self, local_account: LocalAccount, account: AccountClient, name: str) -> None:
        self._local_account = local_account
        self._account = account
        self.id: int = account.workspaces.create(workspace_name=name).result().workspace_id or 0
        path = f"/api/2.0/accounts/{local_account.account_id}/workspaces/{self.id}"
        document = account.api_client.do("GET", path)
        assert isinstance(document, dict)
        self.url: str = document["workspace_url"]
        config = account.config
        self.client = WorkspaceClient(
            host=self.url, client_id=config.client_id, client_secret=config.client_secret
        )

    def add_user(self, name: str | None = None, *, admin: bool = False) -> Member:
        """A new user of the account who is let into the workspace; `name` is an e-mail address."""
        user_name = name or f"{_unique('user')}@example.com"
        user = self._account.users.create(user_name=user_name)
        return self._let_in("user", user.id, user_name, user.display_name, admin=admin)

    def add_service_principal(self, name: str | None = None, *, admin: bool = False) -> Member:
        """A new service principal of the account that is let into the workspace."""
        created = self._account.service_principals.create(display_name=name or _unique("principal"))
        kind: PrincipalKind = "service_principal"
        return self._let_in(kind, created.id, created.application_id, created.display_name, admin=admin)

    def add_group(self, *members: Principal, name: str | None = None, admin: bool = False) -> Principal:
        """A new group of the account, with members, that is let into the workspace."""
        values = [iam.ComplexValue(value=member.id) for member in members]
        group = self._account.groups.create(display_name=name or _unique("group"), members=values)
        principal = _principal("group", group.id, group.display_name, group.display_name)
        self._assign(principal, admin=admin)
        return principal

    def client_of(self, principal: Principal) -> WorkspaceClient:
        """The client of somebody who is in the workspace already."""
        token = self._local_account.tokens.issue(principal.id, self.id, lifetime_seconds=None)
        return WorkspaceClient(host=self.url, token=token)

    def _let_in(
        self, kind: PrincipalKind, id_: str | None, name: str | None, display_name: str | None, *, admin: bool
    ) -> Member:
        principal = _principal(kind, id_, name, display_name)
        self._assign(principal, admin=admin)
        return Member(principal, self.client_of(principal))

    def _assign(self, principal: Principal, *, admin: bool) -> None:
        permission = iam.WorkspacePermission.ADMIN if admin else iam.WorkspacePermission.USER
        self._account.workspace_assignment.update(self.id, int(principal.id), permissions=[permission])


def _principal(kind: PrincipalKind, id_: str | None, name: str | None, display_name: str | None) -> Principal:
    assert id_
    assert name
    assert display_name
    return Principal(id_, kind, name, display_name)


def _unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"
