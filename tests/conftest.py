"""Fixtures shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.workspace.platform import LocalAccount


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of the deployed whole time: the first one deploys and runs everything."""
    for item in items:
        if item.nodeid.startswith("tests/e2e/"):
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="module")
def local_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAccount]:
    """An empty local account of the module's own, answering on loopback."""
    folder: Path = tmp_path_factory.mktemp("account")
    account = LocalAccount(folder)
    account.start()
    yield account
    account.stop()
