"""Fixtures of a local account with a workspace and people, all made through the SDK.

They live as long as a module's `local_account`; names are unique, so that tests don't meet.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from databricks.sdk import AccountClient

from infra.local.workspace.identity.caller import Principal
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Member, Workspace


@pytest.fixture(scope="module")
def account_client(local_account: LocalAccount) -> AccountClient:
    """The client of the account's admin."""
    first = local_account.first_principal()
    return AccountClient(
        host=local_account.host,
        account_id=local_account.account_id,
        client_id=first.client_id,
        client_secret=first.client_secret,
    )


@pytest.fixture(scope="module")
def workspace(local_account: LocalAccount, account_client: AccountClient) -> Workspace:
    """A workspace (`id`, `url`, its admin's `client`) without a metastore."""
    return Workspace(local_account, account_client, "workspace")


@pytest.fixture(scope="module")
def make_user(workspace: Workspace) -> Callable[..., Member]:
    """`make_user(name=None, admin=False)` → (principal, client) of a new user in the workspace."""
    return workspace.add_user


@pytest.fixture(scope="module")
def make_service_principal(workspace: Workspace) -> Callable[..., Member]:
    """`make_service_principal(name=None, admin=False)` → (principal, client) in the workspace."""
    return workspace.add_service_principal


@pytest.fixture(scope="module")
def make_group(workspace: Workspace) -> Callable[..., Principal]:
    """`make_group(*members, name=None, admin=False)` → a new account group in the workspace."""
    return workspace.add_group
