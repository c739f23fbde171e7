"""What an endpoint costs day and night is billed under its environment's budget policy."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Endpoints without one: an endpoint keeps the policy that it was made with, so that none comes later."""
    for item in organisation.declared.of("databricks_model_serving"):
        if not item.values.get("budget_policy_id"):
            name = item.values["name"]
            yield Violation(item, f"{name} is billed under no budget policy: give {item.stack} a budget")
