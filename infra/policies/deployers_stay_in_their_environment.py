"""An environment's deployer has nothing to do with another environment."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Privileges in another catalog, and roles on another environment's principals."""
    rights = organisation.rights
    for own in organisation.declared.environments:
        deployer = f"deploy-{own}"
        for other in (name for name in organisation.declared.environments if name != own):
            for where in rights.privileges.below(rights.catalog(other)):
                for reasons in rights.privileges.held(deployer, where).values():
                    yield Violation(reasons[-1].resource, f"{deployer} reaches {other}: {reasons[-1].says}")
        for principal, reasons in rights.principals.acts_as(deployer).items():
            if organisation.environment_of(principal) != own:
                yield Violation(reasons[-1].resource, f"{deployer} could act as {principal}")
