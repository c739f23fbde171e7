"""The Secrets API."""

from __future__ import annotations

import base64
import binascii

from infra.local.workspace.errors import InvalidParameterError, NotFoundError, NotServedError
from infra.local.workspace.fields import read_text
from infra.local.workspace.permissions.grantees import USERS
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.secrets.model import Secrets
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/secrets"
_BACKEND = "DATABRICKS"


def routes(secrets: Secrets) -> list[Route]:
    """Scopes, secrets and access control lists."""
    return [*_scope_routes(secrets), *_secret_routes(secrets), *_acl_routes(secrets)]


def _scope_routes(secrets: Secrets) -> list[Route]:
    def create(call: Call) -> None:
        body = call.json()
        if body.get("scope_backend_type", _BACKEND) != _BACKEND:
            raise NotServedError(f"Scopes of {body['scope_backend_type']} are not served locally.")
        manager = body.get("initial_manage_principal")
        if manager not in (None, "", USERS):
            raise InvalidParameterError(f"initial_manage_principal can only be {USERS}, not {manager}.")
        secrets.create_scope(call.caller, call.workspace, _text(call, "scope"), for_users=manager == USERS)

    def list_all(call: Call) -> Document:
        names = secrets.scopes(call.caller, call.workspace)
        return {"scopes": [{"name": name, "backend_type": _BACKEND} for name in names]}

    def delete(call: Call) -> None:
        secrets.delete_scope(call.caller, call.workspace, _text(call, "scope"))

    return [
        Route("POST", f"{_ROOT}/scopes/create", create),
        Route("GET", f"{_ROOT}/scopes/list", list_all),
        Route("POST", f"{_ROOT}/scopes/delete", delete),
    ]


def _secret_routes(secrets: Secrets) -> list[Route]:
    def put(call: Call) -> None:
        secrets.put(call.caller, call.workspace, _text(call, "scope"), _text(call, "key"), _value(call))

    def get(call: Call) -> Document:
        scope, key = _text(call, "scope"), _text(call, "key")
        value = secrets.get(call.caller, call.workspace, scope, key)
        return {"key": key, "value": base64.b64encode(value).decode()}

    def list_all(call: Call) -> Document:
        return {"secrets": secrets.secrets(call.caller, call.workspace, _text(call, "scope"))}

    def delete(call: Call) -> None:
        secrets.delete(call.caller, call.workspace, _text(call, "scope"), _text(call, "key"))

    return [
        Route("POST", f"{_ROOT}/put", put),
        Route("GET", f"{_ROOT}/get", get),
        Route("GET", f"{_ROOT}/list", list_all),
        Route("POST", f"{_ROOT}/delete", delete),
    ]


def _acl_routes(secrets: Secrets) -> list[Route]:
    def put(call: Call) -> None:
        scope, principal, level = (_text(call, name) for name in ("scope", "principal", "permission"))
        secrets.put_acl(call.caller, call.workspace, scope, principal, level)

    def get(call: Call) -> Document:
        scope, principal = _text(call, "scope"), _text(call, "principal")
        level = secrets.acls(call.caller, call.workspace, scope).get(principal)
        if level is None:
            raise NotFoundError(f"{principal} has no permission on scope {scope}.")
        return {"principal": principal, "permission": level}

    def list_all(call: Call) -> Document:
        acls = secrets.acls(call.caller, call.workspace, _text(call, "scope"))
        return {"items": [{"principal": name, "permission": level} for name, level in acls.items()]}

    def delete(call: Call) -> None:
        secrets.delete_acl(call.caller, call.workspace, _text(call, "scope"), _text(call, "principal"))

    return [
        Route("POST", f"{_ROOT}/acls/put", put),
        Route("GET", f"{_ROOT}/acls/get", get),
        Route("GET", f"{_ROOT}/acls/list", list_all),
        Route("POST", f"{_ROOT}/acls/delete", delete),
    ]


def _text(call: Call, name: str) -> str:
    return str(call.require(name))


def _value(call: Call) -> bytes:
    body = call.json()
    given = [name for name in ("string_value", "bytes_value") if body.get(name) is not None]
    if len(given) != 1:
        raise InvalidParameterError("A secret is either string_value or bytes_value.")
    value = read_text(body, given[0])
    if given == ["string_value"]:
        return value.encode()
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidParameterError(f"bytes_value is not base64: {error}") from error
