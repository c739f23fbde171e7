"""databricks_system_schema: a schema of the catalog `system` that the metastore's admin enables."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import Api, JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, Resource

_ROOT = "/api/2.1/unity-catalog"
_ENABLED = ("ENABLE_COMPLETED", "ENABLE_INITIALIZED", "UNAVAILABLE")
_ALREADY = "already exists"
_BY_DATABRICKS = "can only be enabled by Databricks"


class SystemSchema(Resource):
    """One that is there already, or that Databricks alone enables, is taken as it is."""

    type_name = "databricks_system_schema"

    def create(self, call: Call) -> str:
        metastore_id = _metastore_id(call.api)
        try:
            call.api.call("PUT", _path(metastore_id, str(call.values["schema"])))
        except DatabricksError as error:
            if _ALREADY not in str(error) and _BY_DATABRICKS not in str(error):
                raise
        return f"{metastore_id}|{call.values['schema']}"

    def read(self, call: Call) -> Element | None:
        metastore_id, name = call.id.split("|", 1)
        for schema in _list(call.api, metastore_id):
            if schema["schema"] == name and schema["state"] in _ENABLED:
                told = {"schema": name, "state": schema["state"], "metastore_id": metastore_id}
                return told | {"full_name": f"system.{name}", "auto_enabled": False}
        return None

    def update(self, call: Call) -> str:
        metastore_id, old = call.id.split("|", 1)
        created = self.create(call)
        call.api.call("DELETE", _path(metastore_id, old))
        return created

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", _path(*call.id.split("|", 1)))


def _metastore_id(api: Api) -> str:
    return str(api.get(f"{_ROOT}/metastore_summary")["metastore_id"])


def _list(api: Api, metastore_id: str) -> list[JsonObject]:
    found: list[JsonObject] = api.get(f"{_ROOT}/metastores/{segment(metastore_id)}/systemschemas")["schemas"]
    return found


def _path(metastore_id: str, name: str) -> str:
    return f"{_ROOT}/metastores/{segment(metastore_id)}/systemschemas/{segment(name)}"


RESOURCES: tuple[Resource, ...] = (SystemSchema(),)
