"""Whoever does not own production has no compute in it: no SQL, no clusters, no warehouse."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_ENTITLED = ("databricks_sql_access", "allow_cluster_create", "allow_instance_pool_create")
_COMPUTE = {"warehouses": "CAN_VIEW", "compute": ""}  # and the permission that is none to compute


def check(organisation: Organisation) -> Iterator[Violation]:
    """Entitlements of production's workspace, and permissions on its warehouses and compute policies."""
    production, rights = organisation.production, organisation.rights
    for who in organisation.outsiders():
        for name, reasons in rights.workspaces.entitlements(who, production).items():
            if name in _ENTITLED:
                message = f"{who} has {name} in {production}: {reasons[-1].says}"
                yield Violation(reasons[-1].resource, message)
        for item in rights.objects.all:
            if item.environment == production and item.asset in _COMPUTE and who in item.granted:
                level, reason = item.granted[who]
                if level != _COMPUTE[item.asset]:
                    yield Violation(reason.resource, f"{who} could compute in {production}: {reason.says}")
