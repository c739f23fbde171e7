"""Budget policies say what usage is billed with, budgets who is told when it was too much."""

from __future__ import annotations

import pytest

from infra.config.costs import Spending
from infra.constructs.budgets import SpendingAlert, UsagePolicy
from infra.constructs.principals import Principal
from tests.infra.synthesis import Synthesized, synthesize

SPENDING = Spending(monthly_dollars=500, emails=("a@example.com", "b@example.com"))


@pytest.fixture
def usage(principals: dict[str, Principal]) -> Synthesized:
    """A policy that readers may use and the service principal manages."""
    return synthesize(
        lambda stack: UsagePolicy(
            stack,
            "Usage",
            name="mlops-prod",
            tags={"owner": "ml-engineers", "environment": "prod"},
            workspace_id=7,
            roles={"readers": ("roles/budgetPolicy.user",), "run": ("roles/budgetPolicy.manager",)},
            principals=principals,
            account_id="0123",
        )
    )


def test_a_policy_tags_one_workspace_s_usage(usage: Synthesized) -> None:
    """Its tags come in one order, whatever order the settings have: another would be a change."""
    policy = usage.one("budget_policy", policy_name="mlops-prod")
    assert policy["custom_tags"] == [
        {"key": "environment", "value": "prod"},
        {"key": "owner", "value": "ml-engineers"},
    ]
    assert policy["binding_workspace_ids"] == [7]


def test_a_policy_s_roles_are_the_matrix_s(usage: Synthesized) -> None:
    """The rule set is the policy's own, and whole."""
    rules = usage.one("access_control_rule_set")
    assert rules["name"].startswith("accounts/0123/budgetPolicies/${databricks_budget_policy.")
    assert rules["name"].endswith(".policy_id}/ruleSets/default")
    assert rules["grant_rules"] == [
        {"role": "roles/budgetPolicy.user", "principals": ["groups/readers"]},
        {"role": "roles/budgetPolicy.manager", "principals": ["servicePrincipals/run-application-id"]},
    ]


def test_everybody_is_told_of_a_workspace_s_spending() -> None:
    """One budget with an action for each address."""
    made = synthesize(
        lambda stack: SpendingAlert(stack, "Budget", name="mlops-prod", spending=SPENDING, workspace_id=7)
    )
    budget = made.one("budget", display_name="mlops-prod")
    assert budget["filter"] == {"workspace_id": {"operator": "IN", "values": [7]}}
    (alert,) = budget["alert_configurations"]
    assert alert["quantity_threshold"] == "500"
    assert [action["target"] for action in alert["action_configurations"]] == list(SPENDING.emails)


def test_an_account_s_spending_is_all_of_it() -> None:
    """Without a workspace nothing is left out."""
    made = synthesize(lambda stack: SpendingAlert(stack, "Budget", name="mlops", spending=SPENDING))
    assert "filter" not in made.one("budget")


def test_no_amount_is_no_budget() -> None:
    """Who is to be told of nothing has none."""
    made = synthesize(lambda stack: SpendingAlert(stack, "Budget", name="mlops", spending=Spending()))
    assert made.all("budget") == []
