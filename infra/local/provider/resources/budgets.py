"""What the account is billed by: budget policies of serverless compute, and budgets that tell of spending."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from infra.local.provider.client import Api, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.resources.mapping import decode, encode


class BudgetPolicy(Resource):
    """databricks_budget_policy: tags that serverless compute is billed with."""

    type_name = "databricks_budget_policy"
    _sent = frozenset({"binding_workspace_ids", "custom_tags", "policy_name"})

    def check(self, config: Element) -> None:
        tags = config["custom_tags"]
        keys = [tag["key"] for tag in tags] if isinstance(tags, list) else []
        if len(keys) > len(set(map(str, keys))):
            message = "a budget policy has each tag once"
            raise InvalidError(message, "custom_tags")

    def create(self, call: Call) -> str:
        policy = encode(call.block, call.values, only=self._sent)
        return str(call.api.post(_policies(call.api), {"policy": policy})["policy_id"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(f"{_policies(call.api)}/{segment(call.id)}")
        return None if answer is None else decode(call.block, answer)

    def update(self, call: Call) -> str:
        body = encode(call.block, call.values, only=self._sent)
        call.api.call("PATCH", f"{_policies(call.api)}/{segment(call.id)}", body=body)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", f"{_policies(call.api)}/{segment(call.id)}")


class Budget(Resource):
    """databricks_budget: who is told when a month has cost too much. Its id is `<account>|<budget>`."""

    type_name = "databricks_budget"
    _sent = frozenset({"alert_configurations", "display_name", "filter"})

    def create(self, call: Call) -> str:
        body = {"budget": encode(call.block, call.values, only=self._sent)}
        made = call.api.post(_budgets(call.api), body)["budget"]
        return f"{call.api.account_id}|{made['budget_configuration_id']}"

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(self._path(call))
        return None if answer is None else decode(call.block, answer["budget"])

    def update(self, call: Call) -> str:
        budget = encode(call.block, call.values, only=self._sent)
        own = {"account_id": call.api.account_id, "budget_configuration_id": call.id.partition("|")[2]}
        call.api.call("PUT", self._path(call), body={"budget": {**budget, **own}})
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", self._path(call))

    def _path(self, call: Call) -> str:
        return f"{_budgets(call.api)}/{segment(call.id.partition('|')[2])}"


def _policies(api: Api) -> str:
    return f"/api/2.1/accounts/{api.account_id}/budget-policies"


def _budgets(api: Api) -> str:
    return f"/api/2.1/accounts/{api.account_id}/budgets"


RESOURCES: tuple[Resource, ...] = (Budget(), BudgetPolicy())
