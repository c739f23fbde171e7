"""Fixtures of the SQL service's tests."""

from __future__ import annotations

import pytest

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.engine.lake import OWNER, READER, Lake
from tests.infra.local.workspace.sql.warehouse import Warehouse


@pytest.fixture(scope="module")
def lake(local_account: LocalAccount) -> Lake:
    """A lake with three tables, shared by the module."""
    return Lake(local_account)


@pytest.fixture(scope="module")
def warehouse(lake: Lake) -> Warehouse:
    """A warehouse as its owner, the workspace's admin, uses it."""
    client = lake.house.client(OWNER)
    created = client.warehouses.create(name="shared", cluster_size="2X-Small", max_num_clusters=1).result()
    return Warehouse(client, created.id or "")


@pytest.fixture(scope="module")
def reader_warehouse(lake: Lake, warehouse: Warehouse) -> Warehouse:
    """The same warehouse as somebody uses it who may use it, and read one table."""
    warehouse.permit(READER, "CAN_USE")
    return Warehouse(lake.house.client(READER), warehouse.id)
