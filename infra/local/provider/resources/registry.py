"""Every resource type that is served."""

from __future__ import annotations

from infra.local.provider.engine.resource import Resource
from infra.local.provider.resources import (
    access,
    alerts,
    bindings,
    budgets,
    compute,
    dashboards,
    experiments,
    federation,
    files,
    grants,
    identity,
    jobs,
    metastores,
    monitors,
    notifications,
    permissions,
    repos,
    secrets,
    serving,
    storage,
    system_schemas,
    tables,
    tags,
    unity,
    warehouses,
    workspaces,
)

_MODULES = (
    access,
    alerts,
    bindings,
    budgets,
    compute,
    dashboards,
    experiments,
    federation,
    files,
    grants,
    identity,
    jobs,
    metastores,
    monitors,
    notifications,
    permissions,
    repos,
    secrets,
    serving,
    storage,
    system_schemas,
    tables,
    tags,
    unity,
    warehouses,
    workspaces,
)
RESOURCES: dict[str, Resource] = {
    resource.type_name: resource for module in _MODULES for resource in module.RESOURCES
}
