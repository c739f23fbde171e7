"""Unity Catalog's objects: catalogs, schemas, volumes, registered models."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.resources.mapping import changed, decode, encode

ROOT = "/api/2.1/unity-catalog"


@dataclass(frozen=True)
class UnityObject(Resource):
    """An object with an owner, known by its full name.

    created: attributes that its creation takes. settled: what only a PATCH sets. updated: what an update
    sends. renames: whether a new name is an update.
    """

    type_name: str
    path: str
    created: frozenset[str]
    settled: frozenset[str]
    updated: frozenset[str]
    id_key: str = "full_name"
    renames: bool = False
    takes_force: bool = True

    def create(self, call: Call) -> str:
        check_metastore(call)
        answer = call.api.post(f"{ROOT}/{self.path}", encode(call.block, call.values, only=self.created))
        return str(answer[self.id_key])

    def finish(self, call: Call) -> None:
        if encode(call.block, call.values, only=self.settled):
            self._patch(
                call, encode(call.block, call.values, only=(self.settled | self.updated) - {"options"})
            )

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(self._item(call.id))
        return None if answer is None else decode(call.block, answer)

    def update(self, call: Call) -> str:
        check_metastore(call)
        differing = changed(call.before, call.values, but={"force_destroy"})
        if not differing:
            return call.id
        if "owner" in differing:
            self._patch(call, {"owner": call.values["owner"]})
        if differing == {"owner"}:
            return call.id
        return self._update_rest(call, differing)

    def _update_rest(self, call: Call, differing: Container[str]) -> str:
        try:
            answer = self._patch(call, self._update_body(call, differing))
        except DatabricksError:
            if (
                "owner" in differing
            ):  # as the official provider does, so that a retry starts from what the state says
                self._patch(call, {"owner": call.before["owner"]})
            raise
        return str(answer.get(self.id_key) or call.id)

    def _update_body(self, call: Call, differing: Container[str]) -> JsonObject:
        body = encode(call.block, call.values, only=(self.updated | self.settled) - {"owner"})
        if "comment" in differing:
            body["comment"] = call.values["comment"] or ""
        if self.renames and "name" in differing:
            body["new_name"] = call.values["name"]
        return body

    def delete(self, call: Call) -> None:
        check_metastore(call)
        query = {"force": bool(call.values.get("force_destroy"))} if self.takes_force else None
        call.api.call("DELETE", self._item(call.id), query=query)

    def _patch(self, call: Call, body: JsonObject) -> JsonObject:
        return call.api.call("PATCH", self._item(call.id), body=body)

    def _item(self, id_: str) -> str:
        return f"{ROOT}/{self.path}/{segment(id_)}"


def check_metastore(call: Call) -> None:
    """Refuse a metastore_id or metastore that is not the workspace's own."""
    wanted = call.values.get("metastore_id") or call.values.get("metastore")
    if not wanted:
        return
    current = call.api.get(f"{ROOT}/current-metastore-assignment")["metastore_id"]
    if current != wanted:
        message = f"the workspace's metastore is {current}: set metastore_id to it or leave it out"
        raise InvalidError(message, "metastore_id")


class Catalog(UnityObject):
    """A catalog: without its default schema, and bound to the workspace that isolates it."""

    def finish(self, call: Call) -> None:
        if not call.values.get("share_name") and not call.values.get("connection_name"):
            call.api.call("DELETE", f"{ROOT}/schemas/{segment(call.id)}.default")
        super().finish(call)
        self._bind(call, call.id)

    def update(self, call: Call) -> str:
        name = super().update(call)
        if changed(call.before, call.values, but={"force_destroy", "owner"}):
            self._bind(call, name)
        return name

    def plan(self, config: Element, prior: Element | None, planned: Element) -> list[str]:
        del config
        if prior is None or not isinstance(planned["options"], dict | None):
            return []
        before, after = (_fixed_options(values["options"]) for values in (prior, planned))
        return ["options"] if before != after else []

    def _update_body(self, call: Call, differing: Container[str]) -> JsonObject:
        body = super()._update_body(call, differing)
        options = body.pop("options", {})
        if "authorized_paths" in options:
            body["options"] = {"authorized_paths": options["authorized_paths"]}
        return body

    def _bind(self, call: Call, name: str) -> None:
        if call.values.get("isolation_mode") != "ISOLATED":
            return
        binding = {"binding_type": "BINDING_TYPE_READ_WRITE", "workspace_id": current_workspace(call)}
        call.api.call("PATCH", f"{ROOT}/bindings/catalog/{segment(name)}", body={"add": [binding]})

    def delete(self, call: Call) -> None:
        if call.values.get("isolation_mode") == "ISOLATED":
            path = f"{ROOT}/workspace-bindings/catalogs/{segment(call.id)}"
            call.api.call("PATCH", path, body={"assign_workspaces": [current_workspace(call)]})
        super().delete(call)


def current_workspace(call: Call) -> int:
    """The id of the workspace that the provider talks to."""
    return int(call.api.get(f"{ROOT}/current-metastore-assignment")["workspace_id"])


def _fixed_options(options: dict[str, str] | None) -> dict[str, str]:
    return {name: value for name, value in (options or {}).items() if name != "authorized_paths"}


class Volume(UnityObject):
    """A volume, whose path in the file system its name gives."""

    def read(self, call: Call) -> Element | None:
        values = super().read(call)
        if values is not None:
            full_name = ".".join(str(values[part]) for part in ("catalog_name", "schema_name", "name"))
            values["volume_path"] = "/Volumes/" + full_name.replace(".", "/")
        return values


RESOURCES: tuple[Resource, ...] = (
    Catalog(
        "databricks_catalog",
        "catalogs",
        created=frozenset(
            {
                "comment",
                "connection_name",
                "name",
                "options",
                "properties",
                "provider_name",
                "share_name",
                "storage_root",
            }
        ),
        settled=frozenset({"owner", "isolation_mode", "enable_predictive_optimization"}),
        updated=frozenset({"comment", "options", "properties"}),
        id_key="name",
        renames=True,
    ),
    UnityObject(
        "databricks_schema",
        "schemas",
        created=frozenset({"catalog_name", "comment", "name", "properties", "storage_root"}),
        settled=frozenset({"owner", "enable_predictive_optimization"}),
        updated=frozenset({"comment", "properties"}),
    ),
    Volume(
        "databricks_volume",
        "volumes",
        created=frozenset(
            {"catalog_name", "comment", "name", "schema_name", "storage_location", "volume_type"}
        ),
        settled=frozenset({"owner"}),
        updated=frozenset({"comment"}),
        renames=True,
        takes_force=False,
    ),
    UnityObject(
        "databricks_registered_model",
        "models",
        created=frozenset({"catalog_name", "comment", "name", "schema_name", "storage_location"}),
        settled=frozenset({"owner"}),
        updated=frozenset({"comment"}),
        takes_force=False,
    ),
)
