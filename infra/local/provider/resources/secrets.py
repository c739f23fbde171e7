"""Secret scopes, secrets and who may read them."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

import re
import time

from databricks.sdk.core import DatabricksError

from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource

_SECRETS = "/api/2.0/secrets"
_NAME = re.compile(r"[\w.@_/-]{1,128}")
_SEPARATOR = "|||"
_SETTLE_SECONDS = 300


class SecretScope(Resource):
    """A scope, in the workspace's own store or in a key vault."""

    type_name = "databricks_secret_scope"

    def check(self, config: Element) -> None:
        _check_name(config, "name")

    def create(self, call: Call) -> str:
        values = call.values
        vault = values["keyvault_metadata"]
        body = {"scope": values["name"], "scope_backend_type": "AZURE_KEYVAULT" if vault else "DATABRICKS"}
        if values["initial_manage_principal"]:
            body["initial_manage_principal"] = values["initial_manage_principal"]
        if vault:
            body["backend_azure_keyvault"] = vault[0]
        call.api.post(f"{_SECRETS}/scopes/create", body)
        return str(values["name"])

    def read(self, call: Call) -> Element | None:
        for scope in call.api.get(f"{_SECRETS}/scopes/list").get("scopes", []):
            if scope["name"] == call.id:
                vault = scope.get("keyvault_metadata")
                told = {"name": call.id, "backend_type": scope.get("backend_type", "DATABRICKS")}
                return told | {"keyvault_metadata": [vault] if vault else []}
        return None

    def delete(self, call: Call) -> None:
        call.api.post(f"{_SECRETS}/scopes/delete", {"scope": call.id})


class Secret(Resource):
    """A secret; nothing reads its value back."""

    type_name = "databricks_secret"

    def check(self, config: Element) -> None:
        _check_name(config, "scope")
        _check_name(config, "key")

    def create(self, call: Call) -> str:
        body = {name: call.values[name] for name in ("scope", "key", "string_value")}
        call.api.post(f"{_SECRETS}/put", body)
        return f"{call.values['scope']}{_SEPARATOR}{call.values['key']}"

    def read(self, call: Call) -> Element | None:
        scope, key = _split(call.id)
        answer = call.api.find(f"{_SECRETS}/list", scope=scope) or {}
        for secret in answer.get("secrets", []):
            if secret["key"] == key:
                told = {"scope": scope, "key": key, "config_reference": f"{{{{secrets/{scope}/{key}}}}}"}
                return told | {"last_updated_timestamp": secret.get("last_updated_timestamp")}
        return None

    def delete(self, call: Call) -> None:
        scope, key = _split(call.id)
        call.api.post(f"{_SECRETS}/delete", {"scope": scope, "key": key})


class SecretAcl(Resource):
    """A principal's right on a scope: READ, WRITE or MANAGE."""

    type_name = "databricks_secret_acl"

    def check(self, config: Element) -> None:
        _check_name(config, "scope")

    def create(self, call: Call) -> str:
        body = {name: call.values[name] for name in ("scope", "principal", "permission")}
        id_ = f"{body['scope']}{_SEPARATOR}{body['principal']}"
        deadline = time.monotonic() + _SETTLE_SECONDS
        while True:
            call.api.post(f"{_SECRETS}/acls/put", body)
            told = (
                call.api.find(f"{_SECRETS}/acls/get", scope=body["scope"], principal=body["principal"]) or {}
            )
            if told.get("permission") == body["permission"]:
                return id_
            if time.monotonic() > deadline:
                message = f"the ACL is still {told.get('permission')}, not {body['permission']}"
                raise DatabricksError(message)
            time.sleep(1)

    def read(self, call: Call) -> Element | None:
        scope, principal = _split(call.id)
        told = call.api.find(f"{_SECRETS}/acls/get", scope=scope, principal=principal)
        if told is None:
            return None
        return {"scope": scope, "principal": principal, "permission": told["permission"]}

    def delete(self, call: Call) -> None:
        scope, principal = _split(call.id)
        call.api.post(f"{_SECRETS}/acls/delete", {"scope": scope, "principal": principal})


def _check_name(config: Element, attribute: str) -> None:
    name = config[attribute]
    if isinstance(name, str) and not _NAME.fullmatch(name):
        message = f"{attribute} {name!r} must be 1 to 128 letters, digits or any of . _ - @ /"
        raise InvalidError(message, attribute)


def _split(id_: str) -> tuple[str, str]:
    scope, separator, name = id_.partition(_SEPARATOR)
    if not separator:
        message = f"{id_} is no id of a secret or ACL: scope{_SEPARATOR}name"
        raise InvalidError(message)
    return scope, name


RESOURCES: tuple[Resource, ...] = (SecretScope(), Secret(), SecretAcl())
