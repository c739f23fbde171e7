"""Budget policies and budgets, at the account."""

from __future__ import annotations

from infra.local.workspace.account.budget_policies import BudgetPolicies
from infra.local.workspace.account.budgets import Budgets
from infra.local.workspace.fields import read_object
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.1/accounts/{account_id}"


def budget_routes(policies: BudgetPolicies, budgets: Budgets) -> list[Route]:
    """Create, get, list, update, delete of either."""
    return [*_policy_routes(policies), *_budget_routes(budgets)]


def _policy_routes(policies: BudgetPolicies) -> list[Route]:
    def create(call: Call) -> Document:
        return policies.create(call.caller, read_object(call.json(), "policy"))

    def get(call: Call) -> Document:
        return policies.get(call.caller, call.path["policy_id"])

    def list_all(call: Call) -> Document:
        return {"policies": policies.all(call.caller)}

    def update(call: Call) -> Document:
        return policies.update(call.caller, call.path["policy_id"], call.json())

    def delete(call: Call) -> None:
        policies.delete(call.caller, call.path["policy_id"])

    one = f"{_ROOT}/budget-policies/{{policy_id}}"
    return [
        Route("POST", f"{_ROOT}/budget-policies", create, "account"),
        Route("GET", f"{_ROOT}/budget-policies", list_all, "account"),
        Route("GET", one, get, "account"),
        Route("PATCH", one, update, "account"),
        Route("DELETE", one, delete, "account"),
    ]


def _budget_routes(budgets: Budgets) -> list[Route]:
    def create(call: Call) -> Document:
        return {"budget": budgets.create(call.caller, read_object(call.json(), "budget"))}

    def get(call: Call) -> Document:
        return {"budget": budgets.get(call.caller, call.path["budget_id"])}

    def list_all(call: Call) -> Document:
        return {"budgets": budgets.all(call.caller)}

    def update(call: Call) -> Document:
        fields = read_object(call.json(), "budget")
        return {"budget": budgets.update(call.caller, call.path["budget_id"], fields)}

    def delete(call: Call) -> None:
        budgets.delete(call.caller, call.path["budget_id"])

    one = f"{_ROOT}/budgets/{{budget_id}}"
    return [
        Route("POST", f"{_ROOT}/budgets", create, "account"),
        Route("GET", f"{_ROOT}/budgets", list_all, "account"),
        Route("GET", one, get, "account"),
        Route("PUT", one, update, "account"),
        Route("DELETE", one, delete, "account"),
    ]
