"""Nothing is granted to groups that everybody is in."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_EVERYBODY = {"account users", "users"}


def check(organisation: Organisation) -> Iterator[Violation]:
    """Grants, permissions and secret rights of all users of the account or of a workspace."""
    for item in organisation.declared.of("databricks_grant"):
        if item.values["principal"] in _EVERYBODY:
            everybody, what = item.values["principal"], ", ".join(item.values["privileges"])
            yield Violation(item, f"{everybody}, which is everybody, could {what}")
    for item in organisation.declared.of("databricks_secret_acl"):
        if item.values["principal"] in _EVERYBODY:
            yield Violation(item, f"everybody could {item.values['permission']} {item.values['scope']}")
    for granted in (item.granted for item in organisation.rights.objects.all):
        for who in _EVERYBODY & granted.keys():
            yield Violation(granted[who][1].resource, f"everybody: {granted[who][1].says}")
