"""A lake, a watch on it, and receivers for what alerts tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.alerts.watch import Watch
from tests.infra.local.workspace.engine.lake import Lake
from tests.infra.local.workspace.notifications.receiver import Receiver


@pytest.fixture(scope="module")
def lake(local_account: LocalAccount) -> Lake:
    """A lake with three tables, shared by the module."""
    return Lake(local_account)


@pytest.fixture(scope="module")
def watching(lake: Lake) -> Watch:
    """A watch on it, shared by the module."""
    return Watch(lake)


@pytest.fixture
def watch(watching: Watch) -> Iterator[Watch]:
    """The watch; its alerts are removed after a test."""
    yield watching
    watching.clear()


@pytest.fixture(scope="module")
def receiver(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """A webhook's receiver that the account trusts."""
    with Receiver(tmp_path_factory.mktemp("receiver")) as listening:
        listening.trust(lake.account.folder)
        yield listening
