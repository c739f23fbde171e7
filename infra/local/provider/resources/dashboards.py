"""databricks_dashboard: AI/BI dashboards, published at every change."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from pathlib import Path

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, NotServedError, Resource
from infra.local.provider.resources.contents import checksum
from infra.local.provider.resources.mapping import changed, decode, encode
from infra.local.provider.wire.msgpack import UNKNOWN

_DASHBOARDS = "/api/2.0/lakeview/dashboards"
_SENT = {"display_name", "parent_path", "warehouse_id"}
_CONTENT = ("serialized_dashboard", "file_path")
_TOLD = {"create_time", "dashboard_id", "etag", "id", "lifecycle_state", "path", "update_time"}


class Dashboard(Resource):
    """A dashboard. Its content is compared by MD5, as the API may spell the same JSON otherwise."""

    type_name = "databricks_dashboard"

    def check(self, config: Element) -> None:
        source = config["file_path"]
        if not isinstance(source, str):
            return
        if not Path(source).is_absolute():
            message = (
                f"file_path {source} is relative, but Terraform runs in another folder than this provider"
            )
            raise NotServedError(message)
        if not Path(source).is_file():
            message = f"there is no file {source}"
            raise InvalidError(message, "file_path")

    def plan(self, config: Element, prior: Element | None, planned: Element) -> list[str]:
        is_known = UNKNOWN not in [config[name] for name in _CONTENT]
        planned["md5"] = checksum(_content(config)) if is_known else UNKNOWN
        if prior is None:
            return []
        if planned["md5"] == prior["md5"] and not prior["dashboard_change_detected"]:
            planned.update({name: prior[name] for name in _CONTENT})
        if changed(prior, planned, but=_TOLD):
            planned.update(etag=UNKNOWN, update_time=UNKNOWN)
            planned["path"] = UNKNOWN if planned["display_name"] != prior["display_name"] else prior["path"]
        return []

    def create(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT)
        body["serialized_dashboard"] = _content(call.values).decode()
        try:
            made = call.api.post(_DASHBOARDS, body)
        except DatabricksError as error:
            if not (str(error).startswith("Path (") and "doesn't exist" in str(error)):
                raise
            call.api.post("/api/2.0/workspace/mkdirs", {"path": call.values["parent_path"]})
            made = call.api.post(_DASHBOARDS, body)
        self._publish(call, made["dashboard_id"])
        call.values["etag"] = made["etag"]
        return str(made["dashboard_id"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(_url(call.id))
        if answer is None or answer.get("lifecycle_state") == "TRASHED":
            return None
        told = decode(call.block, answer)
        kept = ("embed_credentials", "file_path", "md5", "id")
        values = {name: value for name, value in told.items() if name not in kept}
        if call.values["file_path"]:
            del values["serialized_dashboard"]  # the state's is in the file
        return values | {"dashboard_change_detected": answer["etag"] != call.values["etag"]}

    def update(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT)
        body |= {"dashboard_id": call.id, "serialized_dashboard": _content(call.values).decode()}
        call.values["etag"] = call.api.call("PATCH", _url(call.id), body=body)["etag"]
        self._publish(call, call.id)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", _url(call.id))

    def _publish(self, call: Call, dashboard_id: str) -> None:
        """Publish the draft; as the official provider, trash what can't be published."""
        body = {
            "embed_credentials": bool(call.values["embed_credentials"]),
            "warehouse_id": call.values["warehouse_id"],
        }
        try:
            call.api.post(f"{_url(dashboard_id)}/published", body)
        except DatabricksError:
            call.api.call("DELETE", _url(dashboard_id))
            raise


def _content(values: Element) -> bytes:
    if values["file_path"]:
        return Path(values["file_path"]).read_bytes()
    return str(values["serialized_dashboard"] or "").encode()


def _url(dashboard_id: str) -> str:
    return f"{_DASHBOARDS}/{segment(dashboard_id)}"


RESOURCES: tuple[Resource, ...] = (Dashboard(),)
