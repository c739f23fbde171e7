"""The workspace that the tests of jobs share."""

from __future__ import annotations

import pytest
from databricks.sdk import AccountClient

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.jobs.factory import Factory
from tests.infra.local.workspace.members import Workspace


@pytest.fixture(scope="module")
def factory(local_account: LocalAccount, account_client: AccountClient, workspace: Workspace) -> Factory:
    """A volume for wheels, a deployer, and a runner that its jobs run as."""
    return Factory(local_account, account_client, workspace)
