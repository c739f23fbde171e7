"""databricks_workspace_binding: which workspaces see an isolated securable."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from infra.local.provider.client import JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, Resource

_BINDINGS = "/api/2.1/unity-catalog/bindings"


class WorkspaceBinding(Resource):
    """One workspace's binding, read-write or read-only."""

    type_name = "databricks_workspace_binding"

    def create(self, call: Call) -> str:
        values = call.values
        kind, name = values["securable_type"], _securable_name(values)
        self._patch(call, kind, name, {"add": [_binding(values)]})
        return f"{values['workspace_id']}|{kind}|{name}"

    def read(self, call: Call) -> Element | None:
        workspace_id, kind, name = call.id.split("|", 2)
        kind = kind.replace("-", "_")
        answer = call.api.find(f"{_BINDINGS}/{kind}/{segment(name)}") or {}
        for binding in answer.get("bindings", []):
            if str(binding["workspace_id"]) == workspace_id:
                told = {"securable_name": name, "securable_type": kind, "workspace_id": int(workspace_id)}
                return told | {"binding_type": binding.get("binding_type", "BINDING_TYPE_READ_WRITE")}
        return None

    def delete(self, call: Call) -> None:
        _, kind, name = call.id.split("|", 2)
        self._patch(call, kind.replace("-", "_"), name, {"remove": [_binding(call.values)]})

    def _patch(self, call: Call, kind: str, name: str, body: JsonObject) -> None:
        call.api.call("PATCH", f"{_BINDINGS}/{kind}/{segment(name)}", body=body)


def _securable_name(values: Element) -> str:
    name = values["securable_name"]
    return str(name or values["catalog_name"])


def _binding(values: Element) -> JsonObject:
    return {"workspace_id": int(values["workspace_id"]), "binding_type": values["binding_type"]}


RESOURCES: tuple[Resource, ...] = (WorkspaceBinding(),)
