"""Fixtures of MLflow's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.mlflow.accounts import furnish
from tests.infra.local.workspace.mlflow.studio import Studio


@pytest.fixture(scope="package")
def local_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAccount]:
    """One account, and with it one MLflow server, for all tests here."""
    account = LocalAccount(tmp_path_factory.mktemp("account"))
    account.start()
    account.mlflow.start()
    yield account
    account.stop()


@pytest.fixture(scope="package")
def studio(local_account: LocalAccount) -> Studio:
    """The deployer, alice and bob with their clients, and the catalog `lab`."""
    return furnish(local_account)
