"""Metastores and their assignment, through the account or a workspace as the provider is."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import Api, JsonObject, is_missing, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, Resource
from infra.local.provider.resources.mapping import changed, decode, encode


class Metastore(Resource):
    """A metastore."""

    type_name = "databricks_metastore"
    _created = frozenset({"name", "region", "storage_root"})
    _updated = frozenset(
        {
            "delta_sharing_organization_name",
            "delta_sharing_recipient_token_lifetime_in_seconds",
            "delta_sharing_scope",
            "owner",
            "storage_root_credential_id",
        }
    )

    def create(self, call: Call) -> str:
        answer = _metastore_call(call.api, "POST", "", encode(call.block, call.values, only=self._created))
        return str(answer["metastore_id"])

    def finish(self, call: Call) -> None:
        body = encode(call.block, call.values, only=self._updated)
        if body:
            self._update(call, body)

    def read(self, call: Call) -> Element | None:
        try:
            return decode(call.block, _metastore_call(call.api, "GET", call.id))
        except DatabricksError as error:
            if is_missing(error):
                return None
            raise

    def update(self, call: Call) -> str:
        differing = changed(call.before, call.values, but={"force_destroy"})
        if "owner" in differing:
            self._update(call, {"owner": call.values["owner"]})
        if differing - {"owner"}:
            body = encode(call.block, call.values, only=self._updated - {"owner"})
            if "name" in differing and not call.api.is_account:
                body["new_name"] = call.values["name"]
            self._update(call, body)
        return call.id

    def delete(self, call: Call) -> None:
        force = bool(call.values["force_destroy"])
        call.api.call("DELETE", _metastore_path(call.api, call.id), query={"force": force})

    def _update(self, call: Call, body: JsonObject) -> None:
        _metastore_call(call.api, "PUT" if call.api.is_account else "PATCH", call.id, body)


class MetastoreAssignment(Resource):
    """A workspace's metastore."""

    type_name = "databricks_metastore_assignment"

    def create(self, call: Call) -> str:
        workspace_id, metastore_id = call.values["workspace_id"], call.values["metastore_id"]
        method = "POST" if call.api.is_account else "PUT"
        call.api.call(method, self._path(call.api, workspace_id, metastore_id), body=self._body(call))
        return f"{workspace_id}|{metastore_id}"

    def read(self, call: Call) -> Element | None:
        workspace_id, _ = call.id.split("|", 1)
        path = f"{_account(call.api)}/workspaces/{workspace_id}/metastore"
        if not call.api.is_account:
            path = "/api/2.1/unity-catalog/current-metastore-assignment"
        answer = call.api.find(path)
        answer = answer and answer.get("metastore_assignment", answer)
        if not answer or not answer.get("metastore_id"):
            return None
        told = {"workspace_id": int(workspace_id), "metastore_id": answer["metastore_id"]}
        return told | {"default_catalog_name": answer.get("default_catalog_name")}

    def update(self, call: Call) -> str:
        workspace_id, metastore_id = call.id.split("|", 1)
        method = "PUT" if call.api.is_account else "PATCH"
        call.api.call(method, self._path(call.api, workspace_id, metastore_id), body=self._body(call))
        return call.id

    def delete(self, call: Call) -> None:
        workspace_id, metastore_id = call.id.split("|", 1)
        query = None if call.api.is_account else {"metastore_id": metastore_id}
        call.api.call("DELETE", self._path(call.api, workspace_id, metastore_id), query=query)

    def _path(self, api: Api, workspace_id: object, metastore_id: str) -> str:
        if api.is_account:
            return f"{_account(api)}/workspaces/{workspace_id}/metastores/{segment(metastore_id)}"
        return f"/api/2.1/unity-catalog/workspaces/{workspace_id}/metastore"

    def _body(self, call: Call) -> JsonObject:
        body = encode(call.block, call.values, only={"default_catalog_name", "metastore_id", "workspace_id"})
        return {"metastore_assignment": body} if call.api.is_account else body


def _account(api: Api) -> str:
    return f"/api/2.0/accounts/{api.account_id}"


def _metastore_path(api: Api, id_: str) -> str:
    root = _account(api) if api.is_account else "/api/2.1/unity-catalog"
    return f"{root}/metastores/{segment(id_)}" if id_ else f"{root}/metastores"


def _metastore_call(api: Api, method: str, id_: str, body: JsonObject | None = None) -> JsonObject:
    wrapped = {"metastore_info": body} if api.is_account and body is not None else body
    answer = api.call(method, _metastore_path(api, id_), body=wrapped)
    return answer["metastore_info"] if api.is_account and "metastore_info" in answer else answer


RESOURCES: tuple[Resource, ...] = (Metastore(), MetastoreAssignment())
