"""An environment's deployer has nothing to do with another environment."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.reason import way


def check(organisation: Organisation) -> Iterator[Violation]:
    """Privileges in another catalog, entry to another workspace, roles on another one's principals."""
    rights = organisation.rights
    for own in organisation.declared.environments:
        deployer = f"deploy-{own}"
        for other in (name for name in organisation.declared.environments if name != own):
            if role := rights.workspaces.role(deployer, other):
                yield Violation(role[1][-1].resource, f"{deployer} reaches {other}: {way(role[1])}")
            for where in rights.privileges.below(rights.catalog(other)):
                for reasons in rights.privileges.held(deployer, where).values():
                    yield Violation(reasons[-1].resource, f"{deployer} reaches {other}: {way(reasons)}")
        for principal, reasons in rights.principals.acts_as(deployer).items():
            if organisation.environment_of(principal) != own:
                yield Violation(reasons[-1].resource, f"{deployer} could act as {principal}")
