"""What costs are limited and told apart by."""

from __future__ import annotations

import json

from tests.infra.local.provider.lifecycles.lifecycle import GROUP, POLICY, Lifecycle, account_call, post

BUDGET = {
    "display_name": "life",
    "alert_configurations": [
        {
            "time_period": "MONTH",
            "trigger_type": "CUMULATIVE_SPENDING_EXCEEDED",
            "quantity_type": "LIST_PRICE_DOLLARS_USD",
            "quantity_threshold": "840",
            "action_configurations": [{"action_type": "EMAIL_NOTIFICATION", "target": "ops@example.com"}],
        }
    ],
    "filter": {"workspace_id": {"operator": "IN", "values": ["{workspace_id}"]}},
}
DEFINITION = {"num_workers": {"type": "range", "maxValue": 8}, "data_security_mode": {"type": "unlimited"}}
SMALLER = {"num_workers": {"type": "range", "maxValue": 2}}

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_budget_policy",
        {
            "policy_name": "life",
            "binding_workspace_ids": ["{workspace_id}"],
            "custom_tags": [{"key": "owner", "value": "a"}, {"key": "environment", "value": "dev"}],
        },
        change={"policy_name": "renamed", "custom_tags": [{"key": "owner", "value": "b"}]},
        drift=account_call("DELETE", "budget-policies/{policy_id}", version="2.1"),
        repair="create",
        on_account=True,
    ),
    Lifecycle(
        "databricks_access_control_rule_set",
        {
            "name": "accounts/{account_id}/budgetPolicies/${databricks_budget_policy.home.policy_id}"
            "/ruleSets/default",
            "grant_rules": [
                {
                    "role": "roles/budgetPolicy.user",
                    "principals": ["${databricks_group.home.acl_principal_id}"],
                }
            ],
        },
        helpers=GROUP | POLICY,
        change={
            "grant_rules": [
                {
                    "role": "roles/budgetPolicy.manager",
                    "principals": ["${databricks_group.home.acl_principal_id}"],
                }
            ]
        },
        on_account=True,
    ),
    Lifecycle(
        "databricks_budget",
        BUDGET,
        change={"display_name": "renamed"},
        drift=account_call("DELETE", "budgets/{budget_configuration_id}", version="2.1"),
        repair="create",
        on_account=True,
    ),
    Lifecycle(
        "databricks_cluster_policy",
        {"name": "life", "definition": json.dumps(DEFINITION), "max_clusters_per_user": 2},
        change={"name": "renamed", "definition": json.dumps(SMALLER), "description": "Small"},
        drift=post("/api/2.0/policies/clusters/edit", policy_id="{id}", name="drifted", definition="{{}}"),
    ),
)
