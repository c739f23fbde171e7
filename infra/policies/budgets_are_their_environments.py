"""Serverless compute is billed under the budget policy of its own environment."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.config.destination import ACCOUNT_STACK

_BILLED = ("databricks_job", "databricks_model_serving")


def check(organisation: Organisation) -> Iterator[Violation]:
    """Jobs and endpoints under another environment's policy, and policies for every workspace."""
    declared = organisation.declared
    policies = {
        name: declared.output(ACCOUNT_STACK, f"{name}_budget_policy_id") for name in declared.environments
    }
    for item in (item for type_ in _BILLED for item in declared.of(type_)):
        billed = item.values.get("budget_policy_id")
        for other in (name for name, policy in policies.items() if policy and policy == billed):
            if other != item.stack:
                yield Violation(item, f"{item.values['name']} of {item.stack} would be paid by {other}")
        if policies[item.stack] and not billed and item.type == "databricks_job":
            yield Violation(item, f"{item.values['name']} would be billed under no budget policy")
    for item in declared.of("databricks_budget_policy"):
        if len(item.values.get("binding_workspace_ids", [])) != 1:
            yield Violation(item, f"any workspace could bill under {item.values['policy_name']}")
