"""Only production's owners change its endpoints, experiments, alerts, dashboards and code."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.reason import way

_KINDS = ("alerts", "dashboards", "endpoints", "experiments", "git_folders")
_USED = {"CAN_QUERY", "CAN_READ", "CAN_RUN", "CAN_VIEW"}  # permissions that change nothing


def check(organisation: Organisation) -> Iterator[Violation]:
    """Whoever else may do more with one of them than look at it and use it."""
    rights = organisation.rights
    kept = [item for item in rights.objects.all if item.environment == organisation.production]
    for who in organisation.outsiders():
        for item in (item for item in kept if item.asset in _KINDS):
            for level, reasons in rights.permissions(who, item):
                if level not in _USED:
                    message = f"{who} could change production's {item.asset}: {way(reasons)}"
                    yield Violation(reasons[-1].resource, message)
