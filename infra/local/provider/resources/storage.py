"""The ways to cloud storage: databricks_storage_credential and databricks_external_location."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from infra.local.provider.client import JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, Resource
from infra.local.provider.resources.mapping import changed, decode
from infra.local.provider.resources.unity import ROOT, UnityObject, current_workspace

_GOOGLE, _AZURE = "databricks_gcp_service_account", "azure_managed_identity"


@dataclass(frozen=True)
class StorageObject(UnityObject):
    """What is bound to the workspace that isolates it, as it could not be read there otherwise.

    kind: what bindings call it.
    """

    kind: str = ""

    def finish(self, call: Call) -> None:
        super().finish(call)
        self._bind(call)

    def update(self, call: Call) -> str:
        name = super().update(call)
        if changed(call.before, call.values, but={"force_destroy", "owner"}):
            self._bind(call)
        return name

    def _update_body(self, call: Call, differing: Container[str]) -> JsonObject:
        body = super()._update_body(call, differing)
        if "read_only" in differing:
            body["read_only"] = bool(call.values["read_only"])
        return body | ({"force": True} if call.values["force_update"] else {})

    def _bind(self, call: Call) -> None:
        if call.values.get("isolation_mode") != "ISOLATION_MODE_ISOLATED":
            return
        binding = {"binding_type": "BINDING_TYPE_READ_WRITE", "workspace_id": current_workspace(call)}
        path = f"{ROOT}/bindings/{self.kind}/{segment(call.id)}"
        call.api.call("PATCH", path, body={"add": [binding]})


class StorageCredential(StorageObject):
    """A credential, with what Databricks adds to the cloud's identity."""

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(self._item(call.id))
        if answer is None:
            return None
        return decode(call.block, answer) | {"storage_credential_id": answer["id"]}

    def _update_body(self, call: Call, differing: Container[str]) -> JsonObject:
        body = super()._update_body(call, differing)
        body.pop(_GOOGLE, None)  # which can't be updated
        if _AZURE in body:
            body[_AZURE] = {key: value for key, value in body[_AZURE].items() if key != "credential_id"}
        return body


_CREDENTIAL = frozenset(
    {"aws_iam_role", _AZURE, "azure_service_principal", "comment", _GOOGLE, "name", "read_only"}
)
_LOCATION = frozenset({"comment", "credential_name", "fallback", "read_only", "skip_validation", "url"})
RESOURCES: tuple[Resource, ...] = (
    StorageCredential(
        "databricks_storage_credential",
        "storage-credentials",
        created=_CREDENTIAL | {"skip_validation"},
        settled=frozenset({"owner", "isolation_mode"}),
        updated=_CREDENTIAL - {"name"},
        id_key="name",
        kind="storage_credential",
    ),
    StorageObject(
        "databricks_external_location",
        "external-locations",
        created=_LOCATION | {"name"},
        settled=frozenset({"owner", "isolation_mode"}),
        updated=_LOCATION,
        id_key="name",
        kind="external_location",
    ),
)
