"""Who may do what in the account: workspace assignments, rule sets, secrets of service principals."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import Api, JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.resources.mapping import decode, encode


class PermissionAssignment(Resource):
    """databricks_mws_permission_assignment: a principal's place in a workspace."""

    type_name = "databricks_mws_permission_assignment"

    def create(self, call: Call) -> str:
        workspace_id, principal_id = call.values["workspace_id"], call.values["principal_id"]
        path = self._path(call.api, workspace_id, principal_id)
        call.api.call("PUT", path, body={"permissions": call.values["permissions"]})
        return f"{workspace_id}|{principal_id}"

    def read(self, call: Call) -> Element | None:
        workspace_id, principal_id = call.id.split("|", 1)
        answer = call.api.find(f"{_account(call.api)}/workspaces/{workspace_id}/permissionassignments") or {}
        for item in answer.get("permission_assignments", []):
            if str(item["principal"]["principal_id"]) == principal_id:
                told = {"workspace_id": int(workspace_id), "principal_id": int(principal_id)}
                return told | {"permissions": item["permissions"]}
        return None

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", self._path(call.api, *call.id.split("|", 1)))

    def _path(self, api: Api, workspace_id: object, principal_id: object) -> str:
        return f"{_account(api)}/workspaces/{workspace_id}/permissionassignments/principals/{principal_id}"


class RuleSet(Resource):
    """databricks_access_control_rule_set: who may use a service principal or manage a group."""

    type_name = "databricks_access_control_rule_set"

    def create(self, call: Call) -> str:
        self._put(call.api, call.values["name"], encode(call.block, call.values, only={"grant_rules"}))
        return str(call.values["name"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(self._path(call.api), name=call.id, etag="")
        if answer is None:
            return None
        return {
            **decode(call.block, answer),
            "name": call.id,
            "etag": "",
        }  # always the latest, so none in the state

    def update(self, call: Call) -> str:
        self._put(call.api, call.id, encode(call.block, call.values, only={"grant_rules"}))
        return call.id

    def delete(self, call: Call) -> None:
        self._put(call.api, call.id, {})

    def _put(self, api: Api, name: str, rules: JsonObject, *, retries: int = 1) -> None:
        etag = api.get(self._path(api), name=name, etag="")["etag"]
        body = {"name": name, "rule_set": {"name": name, "etag": etag, **rules}}
        try:
            api.call("PUT", self._path(api), body=body)
        except DatabricksError as error:
            if error.error_code != "RESOURCE_CONFLICT" or not retries:
                raise
            self._put(api, name, rules, retries=retries - 1)  # someone else changed it in between

    def _path(self, api: Api) -> str:
        if api.is_account:
            return f"/api/2.0/preview/accounts/{api.account_id}/access-control/rule-sets"
        return "/api/2.0/preview/accounts/access-control/rule-sets"


class ServicePrincipalSecret(Resource):
    """databricks_service_principal_secret: an OAuth secret, told once."""

    type_name = "databricks_service_principal_secret"

    def create(self, call: Call) -> str:
        body = encode(call.block, call.values, only={"lifetime"})
        answer = call.api.post(self._path(call.api, call.values["service_principal_id"]), body)
        call.values["secret"] = answer["secret"]  # kept from here on: nothing tells it again
        return str(answer["id"])

    def read(self, call: Call) -> Element | None:
        principal = call.values["service_principal_id"]
        if not principal:
            message = "a secret can't be imported: its value is told only once"
            raise InvalidError(message)
        answer = call.api.find(self._path(call.api, principal)) or {}
        for secret in answer.get("secrets", []):
            if secret["id"] == call.id:
                names = ("create_time", "expire_time", "update_time", "secret_hash", "status")
                return {name: secret.get(name) for name in names}
        return None

    def delete(self, call: Call) -> None:
        call.api.call(
            "DELETE", f"{self._path(call.api, call.values['service_principal_id'])}/{segment(call.id)}"
        )

    def _path(self, api: Api, principal: object) -> str:
        place = f"/{api.account_id}" if api.is_account else ""
        return f"/api/2.0/accounts{place}/servicePrincipals/{principal}/credentials/secrets"


def _account(api: Api) -> str:
    return f"/api/2.0/accounts/{api.account_id}"


RESOURCES: tuple[Resource, ...] = (PermissionAssignment(), RuleSet(), ServicePrincipalSecret())
