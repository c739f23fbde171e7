"""SCIM: groups and their members, users, service principals, entitlements."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import Api, JsonObject, is_missing
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, NotServedError, Resource

_ENTITLEMENTS = {
    "allow_cluster_create": "allow-cluster-create",
    "allow_instance_pool_create": "allow-instance-pool-create",
    "databricks_sql_access": "databricks-sql-access",
    "workspace_access": "workspace-access",
    "workspace_consume": "workspace-consume",
}
_CORE = "urn:ietf:params:scim:schemas:core:2.0"
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass(frozen=True)
class _Attributes:
    """Terraform's attributes of a SCIM kind and how SCIM calls them."""

    schema: str
    collection: str
    names: dict[str, str]
    principal: Callable[[JsonObject], str]
    kept: tuple[str, ...]


_GROUP = _Attributes(
    f"{_CORE}:Group",
    "Groups",
    {"display_name": "displayName", "external_id": "externalId"},
    lambda document: f"groups/{document.get('displayName', '')}",
    ("members", "groups", "roles"),
)
_USER = _Attributes(
    f"{_CORE}:User",
    "Users",
    {"user_name": "userName", "display_name": "displayName", "active": "active", "external_id": "externalId"},
    lambda document: f"users/{document.get('userName', '')}",
    ("groups", "roles"),
)
_SERVICE_PRINCIPAL = _Attributes(
    f"{_CORE}:ServicePrincipal",
    "ServicePrincipals",
    {
        "application_id": "applicationId",
        "display_name": "displayName",
        "active": "active",
        "external_id": "externalId",
    },
    lambda document: f"servicePrincipals/{document.get('applicationId', '')}",
    ("groups", "roles"),
)


@dataclass(frozen=True)
class Principal(Resource):
    """A group, user or service principal, of the account or the workspace as the provider is."""

    type_name: str
    kind: _Attributes

    def check(self, config: Element) -> None:
        if config["workspace_consume"] is True and True in (
            config["workspace_access"],
            config["databricks_sql_access"],
        ):
            message = "workspace_consume excludes workspace_access and databricks_sql_access"
            raise InvalidError(message, "workspace_consume")
        if config.get("force"):
            message = f"`force` of {self.type_name} is not served: import what exists instead"
            raise NotServedError(message)

    def create(self, call: Call) -> str:
        answer = call.api.scim("POST", self.kind.collection, body=self._body(call.values))
        return str(answer["id"])

    def read(self, call: Call) -> Element | None:
        asked = ",".join([*self.kind.names.values(), "entitlements"])
        document = _find(call.api, f"{self.kind.collection}/{call.id}", asked)
        if document is None:
            return None
        values = {name: document.get(key) for name, key in self.kind.names.items()}
        values["acl_principal_id"] = self.kind.principal(document)
        return values | _read_entitlements(document) | self._places(call.api, call.id, document)

    def update(self, call: Call) -> str:
        path = f"{self.kind.collection}/{call.id}"
        kept = call.api.scim("GET", path, attributes=",".join(self.kind.kept))
        body = self._body(call.values) | {name: kept[name] for name in self.kind.kept if name in kept}
        call.api.scim("PUT", path, body=body)
        return call.id

    def delete(self, call: Call) -> None:
        path = f"{self.kind.collection}/{call.id}"
        if self._is_disabled_instead(call):
            call.api.scim("PATCH", path, body=_patch("replace", "active", [{"value": "false"}]))
            return
        call.api.scim("DELETE", path)
        for flag, place in (("force_delete_repos", "repos"), ("force_delete_home_dir", "home")):
            if call.values.get(flag) and not call.api.is_account:
                _delete_folder(call.api, str(call.values[place]))

    def _is_disabled_instead(self, call: Call) -> bool:
        if self.kind is _GROUP:
            return False
        chosen = call.values.get("disable_as_user_deletion")
        return call.api.is_account if chosen is None else bool(chosen)

    def _body(self, values: Element) -> JsonObject:
        told = {key: values[name] for name, key in self.kind.names.items()}
        body = {key: value for key, value in told.items() if value not in (None, "")}
        return {"schemas": [self.kind.schema], **body, "entitlements": _entitlements(values)}

    def _places(self, api: Api, id_: str, document: JsonObject) -> Element:
        if self.kind is _GROUP:
            page = f"users/groups/{id_}/information" if api.is_account else f"#setting/accounts/groups/{id_}"
            return {"url": f"{api.host}/{page}"}
        name = document.get("applicationId") or document.get("userName")
        return {"home": f"/Users/{name}", "repos": f"/Repos/{name}"}


class GroupMember(Resource):
    """A user, service principal or group in a group."""

    type_name = "databricks_group_member"

    def create(self, call: Call) -> str:
        group, member = call.values["group_id"], call.values["member_id"]
        call.api.scim("PATCH", f"Groups/{group}", body=_patch("add", "members", [{"value": member}]))
        return f"{group}|{member}"

    def read(self, call: Call) -> Element | None:
        group, member = call.id.split("|", 1)
        document = _find(call.api, f"Groups/{group}", "members") or {}
        if all(item["value"] != member for item in document.get("members", [])):
            return None
        return {"group_id": group, "member_id": member}

    def delete(self, call: Call) -> None:
        group, member = call.id.split("|", 1)
        call.api.scim("PATCH", f"Groups/{group}", body=_patch("remove", f'members[value eq "{member}"]'))


class Entitlements(Resource):
    """A principal's entitlements in the workspace: what is not declared is taken away."""

    type_name = "databricks_entitlements"
    _kinds: dict[str, tuple[str, str]] = {  # noqa: RUF012 - read only
        "group_id": ("group", "Groups"),
        "user_id": ("user", "Users"),
        "service_principal_id": ("spn", "ServicePrincipals"),
    }

    def create(self, call: Call) -> str:
        if call.api.is_account:
            message = "entitlements belong to a workspace: use a provider with the workspace's host"
            raise InvalidError(message)
        attribute = next(name for name in self._kinds if call.values[name])
        kind, collection = self._kinds[attribute]
        id_ = call.values[attribute]
        call.api.scim(
            "PATCH", f"{collection}/{id_}", body=_patch("replace", "entitlements", _entitlements(call.values))
        )
        return f"{kind}/{id_}"

    def read(self, call: Call) -> Element | None:
        attribute, collection, id_ = self._split(call.id)
        document = _find(call.api, f"{collection}/{id_}", "entitlements")
        return None if document is None else {attribute: id_} | _read_entitlements(document)

    def update(self, call: Call) -> str:
        _, collection, id_ = self._split(call.id)
        call.api.scim(
            "PATCH", f"{collection}/{id_}", body=_patch("replace", "entitlements", _entitlements(call.values))
        )
        return call.id

    def delete(self, call: Call) -> None:
        _, collection, id_ = self._split(call.id)
        held = _entitlements(call.values)
        if held != [{}]:
            call.api.scim("PATCH", f"{collection}/{id_}", body=_patch("remove", "entitlements", held))

    def _split(self, id_: str) -> tuple[str, str, str]:
        kind, _, principal = id_.partition("/")
        for attribute, (name, collection) in self._kinds.items():
            if name == kind.lower():
                return attribute, collection, principal
        message = f"{id_} is no id of entitlements: group/…, user/… or spn/…"
        raise InvalidError(message)


def _find(api: Api, path: str, attributes: str) -> JsonObject | None:
    try:
        return api.scim("GET", path, attributes=attributes)
    except DatabricksError as error:
        if is_missing(error):
            return None
        raise


def _entitlements(values: Element) -> list[JsonObject]:
    held: list[JsonObject] = [
        {"value": name} for attribute, name in _ENTITLEMENTS.items() if values[attribute] is True
    ]
    return held or [{}]  # what the official provider sends for none


def _read_entitlements(document: JsonObject) -> Element:
    held = {item.get("value") for item in document.get("entitlements", [])}
    return {attribute: name in held for attribute, name in _ENTITLEMENTS.items()}


def _patch(operation: str, path: str, value: list[JsonObject] | None = None) -> JsonObject:
    change: JsonObject = {"op": operation, "path": path}
    if value is not None:
        change["value"] = value
    return {"schemas": [_PATCH], "Operations": [change]}


def _delete_folder(api: Api, path: str) -> None:
    try:
        api.post("/api/2.0/workspace/delete", {"path": path, "recursive": True})
    except DatabricksError as error:
        if not is_missing(error):
            raise


RESOURCES: tuple[Resource, ...] = (
    Principal("databricks_group", _GROUP),
    Principal("databricks_user", _USER),
    Principal("databricks_service_principal", _SERVICE_PRINCIPAL),
    GroupMember(),
    Entitlements(),
)
