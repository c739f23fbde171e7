"""databricks_grants and databricks_grant: privileges on Unity Catalog's securables."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

import time
from collections.abc import Mapping

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import Api, JsonObject, segment
from infra.local.provider.engine.equality import privilege
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, Resource
from infra.local.provider.resources.unity import check_metastore

Privileges = dict[str, frozenset[str]]
"""Privileges by principal."""

_SECURABLES = {
    "catalog": "catalog",
    "credential": "credential",
    "external_location": "external_location",
    "foreign_connection": "connection",
    "function": "function",
    "metastore": "metastore",
    "model": "function",
    "pipeline": "pipeline",
    "recipient": "recipient",
    "schema": "schema",
    "share": "share",
    "storage_credential": "storage_credential",
    "table": "table",
    "volume": "volume",
}
_SETTLE_SECONDS = 60


class Grants(Resource):
    """All privileges on one securable: what is not declared is revoked."""

    type_name = "databricks_grants"

    def create(self, call: Call) -> str:
        check_metastore(call)
        field, name = _securable(call.values)
        _replace(call.api, _permissions_path(field, name), _declared(call.values))
        return f"{field}/{name}"

    def read(self, call: Call) -> Element | None:
        field, name = call.id.split("/", 1)
        found = _find(call.api, _permissions_path(field, name))
        if not found:
            return None
        grants = [{"principal": who, "privileges": sorted(what)} for who, what in sorted(found.items())]
        return {field: name, "grant": grants}

    def update(self, call: Call) -> str:
        check_metastore(call)
        _replace(call.api, _permissions_path(*call.id.split("/", 1)), _declared(call.values))
        return call.id

    def delete(self, call: Call) -> None:
        check_metastore(call)
        _replace(call.api, _permissions_path(*call.id.split("/", 1)), {})


class Grant(Resource):
    """One principal's privileges on one securable: other principals' stay as they are."""

    type_name = "databricks_grant"

    def create(self, call: Call) -> str:
        check_metastore(call)
        field, name = _securable(call.values)
        self._replace(call, field, name, call.values["principal"], call.values["privileges"])
        return f"{field}/{name}/{call.values['principal']}"

    def read(self, call: Call) -> Element | None:
        field, name, principal = call.id.split("/", 2)
        found = _find(call.api, _permissions_path(field, name)) or {}
        if not found.get(principal):
            return None
        return {field: name, "principal": principal, "privileges": sorted(found[principal])}

    def update(self, call: Call) -> str:
        check_metastore(call)
        field, name, principal = call.id.split("/", 2)
        self._replace(call, field, name, principal, call.values["privileges"])
        return call.id

    def delete(self, call: Call) -> None:
        check_metastore(call)
        field, name, principal = call.id.split("/", 2)
        self._replace(call, field, name, principal, [])

    def _replace(self, call: Call, field: str, name: str, principal: str, privileges: list[str]) -> None:
        wanted = {principal: frozenset(map(privilege, privileges))}
        _replace(call.api, _permissions_path(field, name), wanted, only=principal)


def _securable(values: Element) -> tuple[str, str]:
    return next((field, values[field]) for field in _SECURABLES if values[field])


def _permissions_path(field: str, name: str) -> str:
    if field == "share":
        return f"/api/2.1/unity-catalog/shares/{segment(name)}/permissions"
    return f"/api/2.1/unity-catalog/permissions/{_SECURABLES[field]}/{segment(name)}"


def _declared(values: Element) -> Privileges:
    return {grant["principal"]: frozenset(map(privilege, grant["privileges"])) for grant in values["grant"]}


def _find(api: Api, path: str) -> Privileges | None:
    answer = api.find(path)
    if answer is None:
        return None
    assignments = answer.get("privilege_assignments", [])
    return {item["principal"]: frozenset(map(privilege, item.get("privileges", []))) for item in assignments}


def _replace(api: Api, path: str, wanted: Mapping[str, frozenset[str]], *, only: str | None = None) -> None:
    """Grant and revoke what differs, and wait until the API says so; `only` leaves other principals alone."""
    changes = _changes(_find(api, path) or {}, wanted, only)
    if not changes:
        return
    api.call("PATCH", path, body={"changes": changes})
    deadline = time.monotonic() + _SETTLE_SECONDS
    while changes := _changes(_find(api, path) or {}, wanted, only):
        if time.monotonic() > deadline:
            message = f"privileges still differ after {_SETTLE_SECONDS} s: {changes}"
            raise DatabricksError(message)
        time.sleep(1)


def _changes(
    found: Mapping[str, frozenset[str]], wanted: Mapping[str, frozenset[str]], only: str | None
) -> list[JsonObject]:
    changes: list[JsonObject] = []
    for principal in sorted({*found, *wanted}):
        has, needs = found.get(principal, frozenset()), wanted.get(principal, frozenset())
        if has != needs and only in (None, principal):
            change = {"principal": principal, "add": sorted(needs - has), "remove": sorted(has - needs)}
            changes.append({name: value for name, value in change.items() if value})
    return changes


RESOURCES: tuple[Resource, ...] = (Grants(), Grant())
