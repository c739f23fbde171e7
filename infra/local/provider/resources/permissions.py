"""databricks_permissions: all direct permissions on one object of the workspace."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import JsonObject, segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, NotServedError, Resource
from infra.local.provider.resources.principals import principal_field
from infra.local.provider.resources.securables import KINDS, ObjectKind, kind_of_id

_NAMES = ("user_name", "group_name", "service_principal_name")


class Permissions(Resource):
    """What is not declared is taken away; admins keep theirs, and so does the caller where needed."""

    type_name = "databricks_permissions"

    def check(self, config: Element) -> None:
        kind = next((kind for kind in KINDS if config[kind.field]), None)
        if kind is None:
            fields = ", ".join(kind.field for kind in KINDS)
            message = f"databricks_permissions is served for {fields}"
            raise NotServedError(message)
        entries = config["access_control"]
        for entry in entries if isinstance(entries, list) else []:
            level = entry["permission_level"]
            if isinstance(level, str) and level not in kind.levels:
                message = (
                    f"permission_level {level} is none of {kind.field}'s: {', '.join(sorted(kind.levels))}"
                )
                raise InvalidError(message, "access_control")
            if entry["group_name"] == "admins":
                message = f"the permissions of admins on a {kind.type_name} can't be changed"
                raise InvalidError(message, "access_control")

    def create(self, call: Call) -> str:
        kind = next(kind for kind in KINDS if call.values[kind.field])
        object_id = call.values[kind.field]
        if kind.is_path:
            object_id = call.api.get("/api/2.0/workspace/get-status", path=object_id)["object_id"]
        id_ = f"/{kind.request}/{object_id}"
        self._set(call, kind, id_)
        return id_

    def read(self, call: Call) -> Element | None:
        kind = _kind(call.id)
        answer = call.api.find(_path(call.id))
        if answer is None:
            return None
        declared = call.values["access_control"] or []
        items = [item for item in answer.get("access_control_list", []) if item.get("group_name") != "admins"]
        entries = [entry for item in items for entry in _direct(item)]
        caller = call.api.user_name
        if caller not in {name for entry in declared for name in _principal(entry)}:
            entries = [entry for entry in entries if caller not in _principal(entry)]
        if not entries:
            return None
        told = {"access_control": entries, "object_type": kind.type_name}
        by_path = any(call.values[other.field] for other in KINDS if other.is_path)
        return told if by_path else told | {kind.field: call.id.rpartition("/")[2]}

    def update(self, call: Call) -> str:
        self._set(call, _kind(call.id), call.id)
        return call.id

    def delete(self, call: Call) -> None:
        kind = _kind(call.id)
        answer = call.api.find(_path(call.id))
        if answer is None or kind.request == "pipelines":
            return
        items = [item for item in answer.get("access_control_list", []) if item.get("group_name") == "admins"]
        entries = [entry for item in items for entry in _direct(item)[:1]]
        if kind.keeps_caller:
            entries.append(_entry(call.api.user_name, "CAN_MANAGE"))
        creator = self._creator(call, kind)
        if creator is not None:
            self._put(call, kind, entries, creator)

    def _set(self, call: Call, kind: ObjectKind, id_: str) -> None:
        caller = call.api.user_name
        entries = [
            {name: value for name, value in entry.items() if value} for entry in call.values["access_control"]
        ]
        own = [entry for entry in entries if caller in _principal(entry)]
        if any(entry["permission_level"] not in kind.managing for entry in own):
            message = f"the caller must keep one of {', '.join(kind.managing)} on the {kind.type_name}"
            raise InvalidError(message, "access_control")
        if kind.keeps_caller and not own:
            entries.append(_entry(caller, "CAN_MANAGE"))
        self._put(Call(call.api, call.block, call.values, id_), kind, entries, caller)

    def _put(self, call: Call, kind: ObjectKind, entries: list[JsonObject], owner: str) -> None:
        owned = any(entry["permission_level"] == "IS_OWNER" for entry in entries)
        added = [_entry(owner, "IS_OWNER")] if "IS_OWNER" in kind.levels and not owned else []
        try:
            call.api.call("PUT", _path(call.id), body={"access_control_list": entries + added})
        except DatabricksError as error:
            if "with no existing owner must provide a new owner" not in str(error):
                raise
            call.api.call("PUT", _path(call.id), body={"access_control_list": entries})

    def _creator(self, call: Call, kind: ObjectKind) -> str | None:
        """Who gets the object back, where the API tells it; None when the object is gone."""
        object_id = call.id.rpartition("/")[2]
        if kind.field == "job_id":
            return (call.api.find("/api/2.2/jobs/get", job_id=object_id) or {}).get("creator_user_name")
        if kind.field == "sql_endpoint_id":
            return (call.api.find(f"/api/2.0/sql/warehouses/{segment(object_id)}") or {}).get("creator_name")
        return ""


def _kind(id_: str) -> ObjectKind:
    kind = kind_of_id(id_)
    if kind is None:
        message = f"{id_} is no id of permissions that are served, such as /jobs/123"
        raise InvalidError(message)
    return kind


def _path(id_: str) -> str:
    return f"/api/2.0/permissions{id_}"


def _direct(item: JsonObject) -> list[Element]:
    principal = {name: item.get(name) or None for name in _NAMES}
    held = [entry for entry in item.get("all_permissions", []) if not entry.get("inherited")]
    return [{**principal, "permission_level": entry["permission_level"]} for entry in held]


def _entry(name: str, level: str) -> JsonObject:
    """The official provider names service principals as users here, too; this is what the API documents."""
    return {principal_field(name): name, "permission_level": level}


def _principal(entry: Element) -> tuple[str, ...]:
    return tuple(entry[name] for name in ("user_name", "service_principal_name") if entry.get(name))


RESOURCES: tuple[Resource, ...] = (Permissions(),)
