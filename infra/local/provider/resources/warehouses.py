"""databricks_sql_endpoint: SQL warehouses."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

import time

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.resources.mapping import decode, encode
from infra.local.provider.resources.timeouts import deadline_seconds

_WAREHOUSES = "/api/2.0/sql/warehouses"
_START_SECONDS = 30 * 60
_SIZES = ("2X-Small", "X-Small", "Small", "Medium", "Large", "X-Large", "2X-Large", "3X-Large", "4X-Large")
_SENT = {
    "auto_stop_mins",
    "channel",
    "cluster_size",
    "enable_photon",
    "enable_serverless_compute",
    "instance_profile_arn",
    "max_num_clusters",
    "min_num_clusters",
    "name",
    "spot_instance_policy",
    "tags",
    "warehouse_type",
}


class SqlEndpoint(Resource):
    """A SQL warehouse; waits until it runs unless no_wait says otherwise."""

    type_name = "databricks_sql_endpoint"

    def check(self, config: Element) -> None:
        size = config["cluster_size"]
        if isinstance(size, str) and size not in _SIZES:
            message = f"cluster_size {size} is none of {', '.join(_SIZES)}"
            raise InvalidError(message, "cluster_size")

    def create(self, call: Call) -> str:
        return str(call.api.post(_WAREHOUSES, encode(call.block, call.values, only=_SENT))["id"])

    def finish(self, call: Call) -> None:
        if call.values["no_wait"] is True:
            return
        deadline = time.monotonic() + deadline_seconds(call.values, "create", _START_SECONDS)
        while True:
            warehouse = call.api.get(f"{_WAREHOUSES}/{segment(call.id)}")
            if warehouse["state"] == "RUNNING":
                return
            if warehouse["state"] in ("STOPPED", "DELETED") or time.monotonic() > deadline:
                message = f"warehouse {call.id} does not start: it is {warehouse['state']}"
                raise DatabricksError(message, error_code=warehouse["state"])
            time.sleep(1)

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(f"{_WAREHOUSES}/{segment(call.id)}")
        if answer is None:
            return None
        values = decode(call.block, answer)
        values["odbc_params"] = values["odbc_params"] or []
        return values | {"data_source_id": _data_source(call)}

    def update(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT) | {"id": call.id}
        call.api.post(f"{_WAREHOUSES}/{segment(call.id)}/edit", body)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", f"{_WAREHOUSES}/{segment(call.id)}")


def _data_source(call: Call) -> str:
    answer = call.api.get("/api/2.0/preview/sql/data_sources")
    sources: list[JsonObject] = answer.get("items", [])
    for source in sources:
        if source.get("warehouse_id") == call.id:
            return str(source["id"])
    message = f"the API lists no data source for warehouse {call.id}"
    raise DatabricksError(message)


RESOURCES: tuple[Resource, ...] = (SqlEndpoint(),)
