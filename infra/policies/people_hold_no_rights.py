"""Groups and service principals hold rights, people do not: who leaves a group loses what it gave."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Grants and secret rights of an address, permissions of a user, users that are declared."""
    for type_ in ("databricks_grant", "databricks_secret_acl"):
        for item in organisation.declared.of(type_):
            if "@" in str(item.values["principal"]):
                yield Violation(item, f"{item.values['principal']} would keep it after leaving every group")
    for item in organisation.declared.of("databricks_permissions"):
        for entry in item.values["access_control"]:
            if entry.get("user_name"):
                yield Violation(item, f"{entry['user_name']} would keep it after leaving every group")
    for item in organisation.declared.of("databricks_user"):
        yield Violation(item, "people come from the identity provider")
