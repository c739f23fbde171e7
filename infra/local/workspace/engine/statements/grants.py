"""GRANT, REVOKE and SHOW GRANTS."""

from __future__ import annotations

import json

from infra.local.workspace.catalog.names import Securable, parse
from infra.local.workspace.engine.errors import catalog_errors
from infra.local.workspace.engine.statements.context import Context, Outcome, Statement
from infra.local.workspace.engine.statements.describe import rows_of
from infra.local.workspace.engine.statements.text import Cursor

_KINDS = ("METASTORE", "CATALOG", "SCHEMA", "DATABASE", "TABLE", "VIEW", "VOLUME", "FUNCTION", "MODEL")
_TYPES = {"DATABASE": "schema", "VIEW": "table", "MODEL": "registered_model", "FUNCTION": "registered_model"}


def change_grants(cursor: Cursor, *, grant: bool) -> Statement:
    """GRANT privileges ON securable TO principal; REVOKE … FROM principal."""
    privileges = _read_privileges(cursor)
    kind, parts = _read_securable(cursor)
    cursor.expect("TO" if grant else "FROM")
    principal = _read_principal(cursor)
    cursor.finish()
    change = {"principal": principal, "add" if grant else "remove": privileges}

    def run(context: Context) -> Outcome:
        securable = _resolve(context, kind, parts)
        named = "function" if securable.type == "registered_model" else securable.type  # as over REST
        asked = {"securable_type": named, "securable_full_name": securable.full_name}
        with (
            context.changing("updatePermissions", **asked, changes=json.dumps([change])),
            catalog_errors(securable.full_name),
        ):
            context.catalog.grants.change(context.caller, context.workspace_id, securable, [change])
        return Outcome()

    return run


def show_grants(cursor: Cursor) -> Statement:
    """SHOW GRANTS [principal] ON securable."""
    principal = None if cursor.at("ON") else _read_principal(cursor)
    kind, parts = _read_securable(cursor)
    cursor.finish()

    def run(context: Context) -> Outcome:
        securable = _resolve(context, kind, parts)
        with catalog_errors(securable.full_name):
            found = context.catalog.grants.get(
                context.caller, context.workspace_id, securable, principal=principal
            )
        rows = [
            [who, privilege.replace("_", " "), securable.type.upper(), securable.full_name]
            for who, held in found.items()
            for privilege in held
        ]
        return Outcome(rows=rows_of(["Principal", "ActionType", "ObjectType", "ObjectKey"], rows))

    return run


def _read_privileges(cursor: Cursor) -> list[str]:
    privileges = []
    while True:
        privileges.append("_".join(cursor.span(until=frozenset({"ON", ","})).upper().split()))
        if not cursor.accept(","):
            return privileges


def _read_securable(cursor: Cursor) -> tuple[str, tuple[str, ...]]:
    cursor.expect("ON")
    for kind in _KINDS:
        if cursor.accept(kind):
            return kind, () if kind == "METASTORE" else cursor.name()
    return "TABLE", cursor.name()


def _read_principal(cursor: Cursor) -> str:
    """A name in backticks, or words such as `account users`."""
    words = [cursor.identifier()]
    while not cursor.ended() and not cursor.at("ON"):
        words.append(cursor.identifier())
    return " ".join(words)


def _resolve(context: Context, kind: str, parts: tuple[str, ...]) -> Securable:
    if kind == "METASTORE":
        return Securable("metastore", context.catalog.guard.metastore(context.workspace_id)["metastore_id"])
    securable_type = _TYPES.get(kind, kind.lower())
    if securable_type == "schema":
        return parse("schema", context.namespace.schema_name(parts))
    if securable_type == "catalog":
        return parse("catalog", parts[0])
    return parse(securable_type, context.namespace.table(parts))
