"""databricks_notification_destination."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from infra.local.provider.client import segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, Resource
from infra.local.provider.resources.mapping import decode, encode

_DESTINATIONS = "/api/2.0/notification-destinations"
_SENT = {"config", "display_name"}


class NotificationDestination(Resource):
    """Where alerts and jobs send notifications; its secrets are never read back."""

    type_name = "databricks_notification_destination"

    def create(self, call: Call) -> str:
        return str(call.api.post(_DESTINATIONS, encode(call.block, call.values, only=_SENT))["id"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(f"{_DESTINATIONS}/{segment(call.id)}")
        return None if answer is None else decode(call.block, answer)

    def update(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT)
        call.api.call("PATCH", f"{_DESTINATIONS}/{segment(call.id)}", body=body)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", f"{_DESTINATIONS}/{segment(call.id)}")


RESOURCES: tuple[Resource, ...] = (NotificationDestination(),)
