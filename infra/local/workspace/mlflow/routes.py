"""Everything that a workspace answers of MLflow."""

from __future__ import annotations

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.mlflow import catalog_routes, registry_routes, tracking_routes
from infra.local.workspace.mlflow.model import Mlflow
from infra.local.workspace.routing import Route


def routes(mlflow: Mlflow, catalog: UnityCatalog) -> list[Route]:
    """Tracking, and the registry in both dialects; to stand before the catalog's own routes."""
    return [
        *tracking_routes.routes(mlflow.proxy, mlflow.experiments),
        *registry_routes.routes(mlflow.registry, catalog),
        *catalog_routes.routes(mlflow.registry, catalog),
    ]
