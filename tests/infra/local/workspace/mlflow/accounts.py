"""The account that a package of tests shares, so that they need one MLflow server."""

from __future__ import annotations

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.catalog.granting import grant, grant_create_catalog
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse
from tests.infra.local.workspace.mlflow.studio import Studio


def furnish(account: LocalAccount) -> Studio:
    """Two workspaces; the deployer's catalog `lab` with a schema `flights`, which alice may look into."""
    lakehouse = Lakehouse(account)
    grant_create_catalog(lakehouse, "deployer")
    client = lakehouse.client("deployer")
    client.catalogs.create("lab")
    client.schemas.create("flights", "lab")
    grant(client, "catalog", "lab", "alice@example.com", "USE_CATALOG")
    grant(client, "schema", "lab.flights", "alice@example.com", "USE_SCHEMA")
    return Studio(lakehouse)
