"""Every resource type that is served."""

from __future__ import annotations

from infra.local.provider.resources import (
    access,
    bindings,
    experiments,
    files,
    grants,
    identity,
    jobs,
    metastores,
    notifications,
    permissions,
    secrets,
    serving,
    tables,
    unity,
    warehouses,
    workspaces,
)
from infra.local.provider.resources.resource import NotServedError, Resource

_MODULES = (
    access,
    bindings,
    experiments,
    files,
    grants,
    identity,
    jobs,
    metastores,
    notifications,
    permissions,
    secrets,
    serving,
    tables,
    unity,
    warehouses,
    workspaces,
)
RESOURCES: dict[str, Resource] = {
    resource.type_name: resource for module in _MODULES for resource in module.RESOURCES
}


def resource_of(type_name: str) -> Resource:
    """The description of a type; NotServedError for one that has none."""
    if type_name not in RESOURCES:
        message = f"{type_name} is not served by the loopback provider: see infra/local/provider/resources"
        raise NotServedError(message)
    return RESOURCES[type_name]
