"""The workspace that the tests of jobs share: one account, so that tasks share one host process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from databricks.sdk import AccountClient

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.jobs.factory import Factory
from tests.infra.local.workspace.members import Workspace


@pytest.fixture(scope="package")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    """A volume for wheels, a deployer, and a runner that its jobs run as."""
    account = LocalAccount(tmp_path_factory.mktemp("account"))
    account.start()
    first = account.first_principal()
    client = AccountClient(
        host=account.host,
        account_id=account.account_id,
        client_id=first.client_id,
        client_secret=first.client_secret,
    )
    yield Factory(account, client, Workspace(account, client, "workspace"))
    account.stop()
