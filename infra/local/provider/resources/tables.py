"""databricks_sql_table: declared by SQL statements on a warehouse, read from Unity Catalog."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

import json

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import segment
from infra.local.provider.engine.equality import is_zero, sql_type
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, NotServedError, Resource
from infra.local.provider.resources.mapping import decode
from infra.local.provider.resources.statements import alter_statements, create_statement, drop_statement
from infra.local.provider.wire.msgpack import UNKNOWN, Value

_TABLES = "/api/2.1/unity-catalog/tables"
_WAIT_SECONDS = 50  # the most that the API waits
_NAMES = {"column": "columns", "column.type": "type_text"}
_OPTION_PREFIXES = ("option.", "spark.sql.dataSourceOptions.")


class SqlTable(Resource):
    """A table or view; needs warehouse_id, because clusters are not served."""

    type_name = "databricks_sql_table"

    def check(self, config: Element) -> None:
        if not config["warehouse_id"]:
            message = "without warehouse_id databricks_sql_table starts a cluster, which is not served"
            raise NotServedError(message)

    def plan(self, config: Element, prior: Element | None, planned: Element) -> list[str]:
        del config
        if prior is None:
            return []
        _check_columns(prior["column"], planned["column"])
        _plan_effective_properties(planned)
        view_comment = planned["table_type"] == "VIEW" and planned["comment"] != prior["comment"]
        return ["comment"] if view_comment else []

    def create(self, call: Call) -> str:
        _execute(call, create_statement(call.values))
        return ".".join(str(call.values[part]) for part in ("catalog_name", "schema_name", "name"))

    def finish(self, call: Call) -> None:
        if call.values["owner"]:
            self._set_owner(call, call.values["owner"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(f"{_TABLES}/{segment(call.id)}")
        if answer is None:
            return None
        values = decode(call.block, answer, _NAMES)
        values["effective_properties"] = answer.get("properties", {})
        columns = answer.get("columns", [])
        for column, told in zip(values["column"], columns, strict=True):
            column["nullable"] = told.get("nullable", True)
            column["identity"] = _identity(told.get("type_json"))
        indexed = [column for column in columns if column.get("partition_index") is not None]
        values["partitions"] = [
            column["name"] for column in sorted(indexed, key=lambda item: item["partition_index"])
        ]
        return values

    def update(self, call: Call) -> str:
        before = call.before | (self.read(call) or {})  # drift in columns and comment is altered back, too
        before["properties"] = _told_properties(call)
        for name in ("cluster_keys", "options"):
            before[name] = call.before[name]
        for statement in alter_statements(before, call.values):
            _execute(call, statement)
        if call.values["owner"] != call.before["owner"]:
            self._set_owner(call, call.values["owner"] or call.api.scim("GET", "Me")["userName"])
        return call.id

    def delete(self, call: Call) -> None:
        _execute(call, drop_statement(call.values))

    def _set_owner(self, call: Call, owner: str) -> None:
        call.api.call("PATCH", f"{_TABLES}/{segment(call.id)}", body={"owner": owner})


def _told_properties(call: Call) -> dict[str, str]:
    """Of the properties that this table declares or declared, those that it has, as it has them."""
    found: dict[str, str] = (call.api.find(f"{_TABLES}/{segment(call.id)}") or {}).get("properties", {})
    names = {*(call.before["properties"] or {}), *(call.values["properties"] or {})}
    return {name: value for name, value in found.items() if name in names}


def _execute(call: Call, statement: str) -> None:
    body = {
        "statement": statement,
        "warehouse_id": call.values["warehouse_id"],
        "wait_timeout": f"{_WAIT_SECONDS}s",
        "on_wait_timeout": "CANCEL",
    }
    status = call.api.post("/api/2.0/sql/statements/", body)["status"]
    if status["state"] == "SUCCEEDED":
        return
    error = status.get("error", {})
    message = error.get("message") or f"the statement ended as {status['state']}: {statement}"
    raise DatabricksError(message, error_code=error.get("error_code", status["state"]))


def _identity(type_json: str | None) -> str | None:
    metadata = json.loads(type_json).get("metadata", {}) if type_json and type_json.startswith("{") else {}
    if "delta.identity.start" not in metadata or "delta.identity.allowExplicitInsert" not in metadata:
        return None
    return "default" if metadata["delta.identity.allowExplicitInsert"] else "always"


def _check_columns(before: list[Element], after: Value) -> None:
    if after is UNKNOWN or not before:
        return
    if len(before) == len(after):
        for old, new in zip(before, after, strict=True):
            if UNKNOWN not in (old["type"], new["type"]) and sql_type(old["type"] or "") != sql_type(
                new["type"] or ""
            ):
                _refuse_type(old["name"])
        return
    known = {column["name"]: column for column in before}
    for column in after:
        old = known.get(column["name"], column)
        if any(
            old[name] != column[name] and not is_zero([old[name], column[name]])
            for name in ("nullable", "comment")
        ):
            message = f"column {column['name']} changes while others come or go: apply one after the other"
            raise InvalidError(message, "column")
        if sql_type(old["type"] or "") != sql_type(column["type"] or ""):
            _refuse_type(column["name"])


def _refuse_type(column: str) -> None:
    message = f"the type of the existing column {column} can't be changed"
    raise InvalidError(message, "column")


def _plan_effective_properties(planned: Element) -> None:
    """A declared property that the table lost or has otherwise shows as a change of the effective ones."""
    effective = planned["effective_properties"]
    if not isinstance(effective, dict):
        return
    wanted = dict(planned["properties"] or {}) if isinstance(planned["properties"], dict | None) else {}
    for name, value in (
        (planned["options"] or {}).items() if isinstance(planned["options"], dict | None) else ()
    ):
        key = next(
            (prefix + name for prefix in _OPTION_PREFIXES if prefix + name in effective), f"option.{name}"
        )
        wanted[key] = value
    planned["effective_properties"] = effective | wanted


RESOURCES: tuple[Resource, ...] = (SqlTable(),)
