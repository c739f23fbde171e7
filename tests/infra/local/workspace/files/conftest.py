"""Fixtures of the Files API's tests."""

from __future__ import annotations

import pytest
from databricks.sdk.service.catalog import VolumeType

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.catalog.granting import grant, grant_create_catalog
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse


@pytest.fixture(scope="module")
def lakehouse(local_account: LocalAccount) -> Lakehouse:
    """Two workspaces on one metastore; the deployer may create catalogs."""
    made = Lakehouse(local_account)
    grant_create_catalog(made, "deployer")
    return made


@pytest.fixture(scope="module")
def volume(lakehouse: Lakehouse) -> str:
    """Path of a volume that the deployer owns and data scientists may read."""
    client = lakehouse.client("deployer")
    client.catalogs.create("main")
    client.schemas.create("flights", "main")
    client.volumes.create("main", "flights", "artifacts", VolumeType.MANAGED)
    grant(client, "catalog", "main", "data-scientists", "USE_CATALOG", "USE_SCHEMA", "READ_VOLUME")
    return "/Volumes/main/flights/artifacts"
