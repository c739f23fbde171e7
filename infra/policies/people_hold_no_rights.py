"""Groups and service principals hold rights, people do not: who leaves a group loses what it gave."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.holders import holdings
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Whatever somebody would hold by their own address, and users that are declared."""
    for item, who, right in holdings(organisation.declared):
        if "@" in who or _is_user(organisation, who):
            yield Violation(item, f"{who} {right}, and would after leaving every group")
    for item in organisation.declared.of("databricks_entitlements"):
        if user := item.values.get("user_id"):
            yield Violation(item, f"{user} would be entitled after leaving every group")
    for item in organisation.declared.of("databricks_user"):
        yield Violation(item, "people come from the identity provider")


def _is_user(organisation: Organisation, who: str) -> bool:
    """Whether it is the id of a user that is declared or looked up."""
    target = organisation.declared.target(who)
    return target is not None and target.type == "databricks_user"
