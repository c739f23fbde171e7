"""Whoever does not own production has no compute in it: no SQL, no clusters, no jobs, no budget."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.reason import Reasons, way

_ENTITLED = ("databricks_sql_access", "allow_cluster_create", "allow_instance_pool_create")
_COMPUTE = ("compute", "jobs", "warehouses")
_LOOKING = "CAN_VIEW"  # the only permission on them that starts nothing


def check(organisation: Organisation) -> Iterator[Violation]:
    """Admins of production's workspace, entitlements, and who may use its warehouses, policies and jobs."""
    production, rights = organisation.production, organisation.rights
    for who in organisation.outsiders():
        role = rights.workspaces.role(who, production)
        if role and role[0] == "ADMIN":
            yield Violation(role[1][-1].resource, f"{who} could compute in {production}: {way(role[1])}")
        for name, reasons in rights.workspaces.entitlements(who, production).items():
            if name in _ENTITLED:
                message = f"{who} has {name} in {production}: {way(reasons)}"
                yield Violation(reasons[-1].resource, message)
        for reasons in (*_permitted(organisation, who), *_billed(organisation, who)):
            yield Violation(reasons[-1].resource, f"{who} could compute in {production}: {way(reasons)}")


def _permitted(organisation: Organisation, who: str) -> Iterator[Reasons]:
    """Why somebody may use or change compute, or start jobs, which is to have it used."""
    for item in organisation.rights.objects.all:
        if item.environment == organisation.production and item.asset in _COMPUTE:
            for level, reasons in organisation.rights.permissions(who, item):
                if level != _LOOKING:
                    yield reasons


def _billed(organisation: Organisation, who: str) -> Iterator[Reasons]:
    """Why somebody may have serverless compute billed as production's."""
    for right in organisation.rights.of(who, organisation.production):
        if right.asset == "budgets":
            yield right.because
