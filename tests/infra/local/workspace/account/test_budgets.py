"""Budgets: who is told of a month's spending."""

from __future__ import annotations

from typing import Any

import pytest
from databricks.sdk import AccountClient
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.errors.platform import InvalidParameterValue

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Workspace

ALERT = {
    "time_period": "MONTH",
    "trigger_type": "CUMULATIVE_SPENDING_EXCEEDED",
    "quantity_type": "LIST_PRICE_DOLLARS_USD",
    "quantity_threshold": "840",
    "action_configurations": [{"action_type": "EMAIL_NOTIFICATION", "target": "ops@example.com"}],
}


def call(client: AccountClient, method: str, path: str = "", body: Any = None) -> Any:
    """A call of the budgets API."""
    root = f"/api/2.1/accounts/{client.config.account_id}/budgets"
    return client.api_client.do(method, f"{root}{path}", body=body)


def test_a_budget_is_kept_as_it_is_changed(account_client: AccountClient) -> None:
    """Its threshold is told back as a decimal with all its zeros, as Databricks does."""
    body: dict[str, Any] = {"budget": {"display_name": "month", "alert_configurations": [ALERT]}}
    made = call(account_client, "POST", body=body)["budget"]
    budget_id = made["budget_configuration_id"]
    assert made["alert_configurations"][0]["quantity_threshold"] == "840.000000000000000000"
    limits = {"workspace_id": {"operator": "IN", "values": [1]}}
    body["budget"] |= {"display_name": "other", "filter": limits}
    call(account_client, "PUT", f"/{budget_id}", body)
    budget = account_client.budgets.get(budget_id).budget
    assert budget is not None
    assert budget.display_name == "other"
    assert budget.filter is not None
    assert budget.filter.as_dict() == limits
    assert budget_id in {item.budget_configuration_id for item in account_client.budgets.list()}
    account_client.budgets.delete(budget_id)
    with pytest.raises(NotFound):
        account_client.budgets.get(budget_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"display_name": ""},
        {"alert_configurations": []},
        {"alert_configurations": [{**ALERT, "quantity_threshold": "0"}]},
        {"alert_configurations": [{**ALERT, "quantity_threshold": "much"}]},
        {"alert_configurations": [{**ALERT, "time_period": "DAY"}]},
        {
            "alert_configurations": [
                {**ALERT, "action_configurations": [{"action_type": "EMAIL_NOTIFICATION", "target": "ops"}]}
            ]
        },
        {"filter": {"workspace_id": {"operator": "NOT_IN", "values": [1]}}},
    ],
)
def test_what_is_no_budget_is_refused(account_client: AccountClient, wrong: dict[str, Any]) -> None:
    """One that could never tell anybody."""
    body = {"budget": {"display_name": "wrong", "alert_configurations": [ALERT], **wrong}}
    with pytest.raises(InvalidParameterValue):
        call(account_client, "POST", body=body)


def test_budgets_are_the_account_admins_own(local_account: LocalAccount, workspace: Workspace) -> None:
    """What the company spends is not for everybody to read."""
    ann = workspace.add_user().principal
    token = local_account.tokens.issue(ann.id, None, lifetime_seconds=None)
    client = AccountClient(host=local_account.host, account_id=local_account.account_id, token=token)
    with pytest.raises(PermissionDenied):
        list(client.budgets.list())
