"""Fixtures of the engine's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.engine.lake import NOBODY, OWNER, READER, Lake


@pytest.fixture(scope="module")
def shared_lake(local_account: LocalAccount) -> Lake:
    """A lake that the module's tests share; what they change stays."""
    return Lake(local_account)


@pytest.fixture
def lake(shared_lake: Lake) -> Lake:
    """The lake with its three tables as new."""
    shared_lake.reset()
    return shared_lake


@pytest.fixture(scope="module")
def owner(shared_lake: Lake) -> Iterator[SparkSession]:
    """The owner's session."""
    with shared_lake.spark(OWNER) as session:
        yield session


@pytest.fixture(scope="module")
def reader(shared_lake: Lake) -> Iterator[SparkSession]:
    """The session of who may read one table and change another."""
    with shared_lake.spark(READER) as session:
        yield session


@pytest.fixture(scope="module")
def nobody(shared_lake: Lake) -> Iterator[SparkSession]:
    """The session of who has no right."""
    with shared_lake.spark(NOBODY) as session:
        yield session
