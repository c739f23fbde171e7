"""Only production's owners and its own principals read its secrets."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.reason import way


def check(organisation: Organisation) -> Iterator[Violation]:
    """Whoever else may read or change what is in one of its scopes."""
    rights = organisation.rights
    for who in organisation.outsiders():
        for item in rights.objects.all:
            if item.environment == organisation.production and item.asset == "secrets":
                for _, reasons in rights.permissions(who, item):
                    message = f"{who} could read production's secrets: {way(reasons)}"
                    yield Violation(reasons[-1].resource, message)
