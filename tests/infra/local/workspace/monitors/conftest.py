"""Fixtures of the monitors' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.monitors.observatory import Observatory


@pytest.fixture(scope="package")
def observatory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observatory]:
    """A lake that is monitored, shared by the package's tests: each makes tables of its own."""
    account = LocalAccount(tmp_path_factory.mktemp("account"))
    account.start()
    yield Observatory(account)
    account.stop()
