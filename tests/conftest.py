"""Fixtures shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.workspace.platform import LocalAccount


@pytest.hookimpl(tryfirst=True)  # before pytest's workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests, and all of the deployed whole's, in one worker: they share costly fixtures."""
    for item in items:
        file, *_ = item.nodeid.split("::")
        whole = file.startswith("tests/e2e/")
        item.add_marker(pytest.mark.xdist_group("e2e" if whole else file))
        if whole:
            item.add_marker(pytest.mark.timeout(900))  # the first one deploys and runs everything


@pytest.fixture(scope="module")
def local_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAccount]:
    """An empty local account of the module's own, answering on loopback."""
    folder: Path = tmp_path_factory.mktemp("account")
    account = LocalAccount(folder)
    account.start()
    yield account
    account.stop()
