"""databricks_model_serving: endpoints, with or without a configuration."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

import time

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import JsonObject, segment
from infra.local.provider.engine.pairing import Element, order_like
from infra.local.provider.engine.resource import Call, NotServedError, Resource
from infra.local.provider.resources.mapping import changed, decode, encode
from infra.local.provider.resources.timeouts import deadline_seconds

_ENDPOINTS = "/api/2.0/serving-endpoints"
_DEPLOYMENT_SECONDS = 45 * 60
_CREATED = {
    "ai_gateway",
    "budget_policy_id",
    "config",
    "description",
    "email_notifications",
    "name",
    "rate_limits",
    "route_optimized",
    "tags",
}
_UPDATED = {"ai_gateway", "config", "tags"}


class ModelServing(Resource):
    """An endpoint. Removing `config` leaves what serves as it is."""

    type_name = "databricks_model_serving"

    def create(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_CREATED)
        return str(call.api.post(_ENDPOINTS, body)["name"])

    def finish(self, call: Call) -> None:
        self._wait(call, "create")

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(_endpoint(call.id))
        if answer is None:
            return None
        values = decode(call.block, answer)
        values |= {"serving_endpoint_id": answer.get("id"), "endpoint_url": answer.get("endpoint_url")}
        values["config"] = self._read_config(call, values["config"])
        return values

    def update(self, call: Call) -> str:
        differing = changed(call.before, call.values, but={"timeouts"})
        if differing - _UPDATED:
            fixed = ", ".join(sorted(differing - _UPDATED))
            message = f"provider 1.99 can't change {fixed} of an endpoint in place"
            raise NotServedError(message)
        body = encode(call.block, call.values, only=_UPDATED)
        if "config" in differing and "config" in body:
            call.api.call("PUT", f"{_endpoint(call.id)}/config", body=body["config"])
            self._wait(call, "update")
        if "tags" in differing:
            self._update_tags(call, body.get("tags", []))
        if "ai_gateway" in differing:
            call.api.call("PUT", f"{_endpoint(call.id)}/ai-gateway", body=body.get("ai_gateway", {}))
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", _endpoint(call.id))

    def _read_config(self, call: Call, told: list[Element]) -> list[Element]:
        """The API tells entities as models, too: only the form that the state has is kept, in its order."""
        stated = call.values.get("config") if isinstance(call.values.get("config"), list) else []
        models = bool(stated and stated[0].get("served_models"))
        blocks = call.block.blocks["config"].block.blocks
        for config in told:
            config["served_entities" if models else "served_models"] = []
            for name in ("served_entities", "served_models"):
                known = (stated[0].get(name) or []) if stated else []
                config[name] = order_like(blocks[name], config[name], known)
                _drop_default_sizes(config[name], known)
        return told

    def _wait(self, call: Call, operation: str) -> None:
        deadline = time.monotonic() + deadline_seconds(call.values, operation, _DEPLOYMENT_SECONDS)
        while True:
            state = call.api.get(_endpoint(call.id)).get("state", {})
            update = state.get("config_update", "NOT_UPDATING")
            if update == "NOT_UPDATING":
                return
            if update in ("UPDATE_FAILED", "UPDATE_CANCELED") or time.monotonic() > deadline:
                message = f"endpoint {call.id} is not updated: {update}"
                raise DatabricksError(message, error_code=update)
            time.sleep(1)

    def _update_tags(self, call: Call, wanted: list[JsonObject]) -> None:
        present = call.api.get(_endpoint(call.id)).get("tags", [])
        names = {tag["key"] for tag in wanted}
        body = {
            "add_tags": [tag for tag in wanted if tag not in present],
            "delete_tags": [tag["key"] for tag in present if tag["key"] not in names],
        }
        call.api.call(
            "PATCH", f"{_endpoint(call.id)}/tags", body={key: tags for key, tags in body.items() if tags}
        )


def _drop_default_sizes(entities: list[Element], known: list[Element]) -> None:
    unsized = {entity["name"] for entity in known if not entity.get("workload_size")}
    for entity in entities:
        if entity["name"] in unsized:
            entity["workload_size"] = None  # the API fills one in


def _endpoint(name: str) -> str:
    return f"{_ENDPOINTS}/{segment(name)}"


RESOURCES: tuple[Resource, ...] = (ModelServing(),)
