"""Nothing is granted to groups that everybody is in."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.holders import holdings
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_EVERYBODY = {"account users", "users"}


def check(organisation: Organisation) -> Iterator[Violation]:
    """Whatever all users of the account or of a workspace would hold."""
    for item, who, right in holdings(organisation.declared):
        if _is_everybody(who):
            yield Violation(item, f"{who}, which is everybody, {right}")


def _is_everybody(who: str) -> bool:
    return who.lower().replace("-", " ") in _EVERYBODY
