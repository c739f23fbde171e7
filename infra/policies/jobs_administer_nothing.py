"""Principals that jobs run as are admins of no workspace, and manage no catalog."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.privileges import OWNER

_HIGH = ("MANAGE", "ALL_PRIVILEGES", "CREATE_CATALOG", OWNER)


def check(organisation: Organisation) -> Iterator[Violation]:
    """Admin assignments, and privileges on whole catalogs or on the metastore."""
    rights = organisation.rights
    for environment in organisation.declared.environments:
        for who in (f"run-{environment}", f"retrain-{environment}"):
            for place in organisation.declared.environments:
                role = rights.workspaces.role(who, place)
                if role and role[0] == "ADMIN":
                    yield Violation(role[1][-1].resource, f"{who} could do anything in {place}'s workspace")
            held = rights.privileges.held(who, rights.catalog(environment))
            for privilege in (name for name in _HIGH if name in held):
                reason = held[privilege][-1]
                yield Violation(reason.resource, f"{who} could {privilege}: {reason.says}")
