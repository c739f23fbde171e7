"""databricks_alert_v2: SQL alerts."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from infra.local.provider.client import segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, Resource
from infra.local.provider.resources.mapping import decode, encode

_ALERTS = "/api/2.0/alerts"
_SENT = (
    "custom_description",
    "custom_summary",
    "display_name",
    "evaluation",
    "parent_path",
    "query_text",
    "run_as",
    "run_as_user_name",
    "schedule",
    "warehouse_id",
)


class AlertV2(Resource):
    """A SQL alert. Deleting it puts it into the trash, and the official provider does not see that either."""

    type_name = "databricks_alert_v2"

    def create(self, call: Call) -> str:
        return str(call.api.post(_ALERTS, encode(call.block, call.values, only=_SENT))["id"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(f"{_ALERTS}/{segment(call.id)}")
        return None if answer is None else decode(call.block, answer)

    def update(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT)
        path = f"{_ALERTS}/{segment(call.id)}"
        call.api.call("PATCH", path, query={"update_mask": ",".join(_SENT)}, body=body)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", f"{_ALERTS}/{segment(call.id)}")


RESOURCES: tuple[Resource, ...] = (AlertV2(),)
