"""What an environment's compute is billed under, and who is told when it has cost too much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_databricks.budget import (
    Budget,
    BudgetAlertConfigurations,
    BudgetAlertConfigurationsActionConfigurations,
    BudgetFilter,
    BudgetFilterWorkspaceId,
)
from cdktf_cdktf_provider_databricks.budget_policy import BudgetPolicy, BudgetPolicyCustomTags
from constructs import Construct

from infra.config.access import Rights
from infra.config.costs import Spending
from infra.constructs.assignments import declare_rules
from infra.constructs.principals import Principal


class UsagePolicy(Construct):
    """A budget policy: the tags that serverless jobs and endpoints of one workspace are billed with.

    Whoever makes something that names it must have a role on it; workspace admins are no exception.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        tags: Mapping[str, str],
        workspace_id: float,
        roles: Rights,
        principals: Mapping[str, Principal],
        account_id: str,
    ) -> None:
        super().__init__(scope, id_)
        policy = BudgetPolicy(
            self,
            "Policy",
            policy_name=name,
            custom_tags=[BudgetPolicyCustomTags(key=key, value=tags[key]) for key in sorted(tags)],
            binding_workspace_ids=[workspace_id],
        )
        self.id = policy.policy_id
        declare_rules(
            self,
            name=f"accounts/{account_id}/budgetPolicies/{self.id}/ruleSets/default",
            rights=roles,
            principals=principals,
        )


class SpendingAlert(Construct):
    """A mail when a month has cost as much: one workspace with all that is in it, or the whole account."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, spending: Spending, workspace_id: float | None = None
    ) -> None:
        super().__init__(scope, id_)
        if spending.monthly_dollars is None:
            return
        workspace = BudgetFilterWorkspaceId(operator="IN", values=[workspace_id]) if workspace_id else None
        Budget(
            self,
            "Budget",
            display_name=name,
            alert_configurations=[_alert(spending.monthly_dollars, spending.emails)],
            filter=BudgetFilter(workspace_id=workspace) if workspace else None,
        )


def _alert(dollars: int, emails: Sequence[str]) -> BudgetAlertConfigurations:
    return BudgetAlertConfigurations(
        time_period="MONTH",
        trigger_type="CUMULATIVE_SPENDING_EXCEEDED",
        quantity_type="LIST_PRICE_DOLLARS_USD",
        quantity_threshold=str(dollars),
        action_configurations=[
            BudgetAlertConfigurationsActionConfigurations(action_type="EMAIL_NOTIFICATION", target=email)
            for email in emails
        ],
    )
