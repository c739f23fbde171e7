"""Only production's owners and its deployer make things run as production's own principals."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.reason import way


def check(organisation: Organisation) -> Iterator[Violation]:
    """Whoever else has a role on one of them, or can change a job that runs as it: they do what it can."""
    for who in organisation.outsiders():
        for principal, reasons in organisation.rights.acting.of(who).items():
            if organisation.environment_of(principal) == organisation.production:
                yield Violation(reasons[-1].resource, f"{who} could act as {principal}: {way(reasons)}")
