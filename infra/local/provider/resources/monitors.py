"""databricks_quality_monitor: what is computed of a table, and when."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from typing import Any

from infra.local.provider.client import JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, NotServedError, Resource
from infra.local.provider.resources.mapping import changed, decode, encode
from infra.local.provider.wire.msgpack import UNKNOWN

_UPDATED = {
    "baseline_table_name",
    "custom_metrics",
    "data_classification_config",
    "inference_log",
    "latest_monitor_failure_msg",
    "notifications",
    "output_schema_name",
    "schedule",
    "slicing_exprs",
    "snapshot",
    "time_series",
}
_CREATED = _UPDATED | {"assets_dir", "skip_builtin_dashboard", "warehouse_id"}
_SINGLE = {
    *("data_classification_config", "inference_log", "notifications", "schedule", "snapshot", "time_series"),
    *("on_failure", "on_new_classification_tag_detected"),
}


class QualityMonitor(Resource):
    """A monitor, known by its table's name. Its metric tables are there when it is made, and outlive it."""

    type_name = "databricks_quality_monitor"

    def plan(self, config: Element, prior: Element | None, planned: Element) -> list[str]:
        del config
        if prior is not None and changed(prior, planned):
            planned["monitor_version"] = UNKNOWN
        return []

    def create(self, call: Call) -> str:
        table = call.values["table_name"]
        return str(call.api.post(_monitor(table), _body(call, _CREATED))["table_name"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(_monitor(call.id))
        return None if answer is None else decode(call.block, answer)

    def update(self, call: Call) -> str:
        computed = {name for name, attribute in call.block.attributes.items() if attribute.computed}
        differing = changed(call.before, call.values, but=_UPDATED | computed)
        if fixed := {name for name in differing if call.before[name] is not None}:
            message = f"provider 1.99 can't change {', '.join(sorted(fixed))} of a monitor in place"
            raise NotServedError(message)
        return str(call.api.call("PUT", _monitor(call.id), body=_body(call, _UPDATED))["table_name"])

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", _monitor(call.id))

    def import_state(self, id_: str) -> Element:
        return {"table_name": id_}


def _body(call: Call, names: set[str]) -> JsonObject:
    """What the API wants; who pauses a schedule is not asked, as the official provider doesn't."""
    body: JsonObject = _unwrap(encode(call.block, call.values, only=names))
    if schedule := body.get("schedule"):
        schedule.pop("pause_status", None)
    return body


def _unwrap(body: Any) -> Any:
    """Objects where Terraform has lists of one block."""
    if isinstance(body, list):
        return [_unwrap(item) for item in body]
    if not isinstance(body, dict):
        return body
    return {
        name: _unwrap(value[0] if name in _SINGLE and isinstance(value, list) else value)
        for name, value in body.items()
    }


def _monitor(table: object) -> str:
    return f"/api/2.1/unity-catalog/tables/{segment(table)}/monitor"


RESOURCES: tuple[Resource, ...] = (QualityMonitor(),)
