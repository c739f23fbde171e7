"""Why somebody may do something."""

from __future__ import annotations

from dataclasses import dataclass

from infra.declared.resource import Resource


@dataclass(frozen=True)
class Reason:
    """A declared resource, and what it says: `SELECT on schema prod.flights to data-scientists`."""

    resource: Resource
    says: str

    def __str__(self) -> str:
        return f"{self.says} ({self.resource})"


Reasons = tuple[Reason, ...]


def way(reasons: Reasons) -> str:
    """All of why somebody may do something, from what they are to what they hold."""
    return "; ".join(reason.says for reason in reasons)
