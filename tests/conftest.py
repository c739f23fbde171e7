"""Fixtures shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from infra.local.workspace.platform import LocalAccount

# Hypothesis would fail tests for how long they take, which on a shared machine says nothing of them.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")


class WholeTogether(LoadFileScheduling):  # type: ignore[misc] # xdist is untyped
    """A file's tests go to one worker; those of all files in tests/e2e too, so that it is deployed once."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "tests/e2e" if file.startswith("tests/e2e/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeTogether:
    """Spread the tests in this way."""
    return WholeTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of the deployed whole time: the first one deploys and runs everything.

    What tries everybody's rights comes last: the runs and requests that it leaves are measured, too.
    """
    for item in items:
        if item.nodeid.startswith("tests/e2e/"):
            item.add_marker(pytest.mark.timeout(900))
    items.sort(key=lambda item: item.nodeid.startswith("tests/e2e/access/"))


@pytest.fixture(scope="module")
def local_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAccount]:
    """An empty local account of the module's own, answering on loopback."""
    folder: Path = tmp_path_factory.mktemp("account")
    account = LocalAccount(folder)
    account.start()
    yield account
    account.stop()
