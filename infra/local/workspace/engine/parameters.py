"""Named parameters of statements that Sail takes none for: written into the text as literals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from infra.local.workspace.engine.errors import StatementError, UnsupportedError

_LITERALS = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/"""
    r"""|(?P<before>[\w\]\)`]?):(?P<name>[A-Za-z_]\w*)""",
    re.DOTALL,
)
_NUMBERS = {"byte": "TINYINT", "short": "SMALLINT", "integer": "INT", "long": "BIGINT", "float": "FLOAT"}


def write_parameters(text: str, parameters: Mapping[str, Any]) -> str:
    """The text with a literal in the place of each `:name`."""

    def replace(match: re.Match[str]) -> str:
        name = match.group("name")
        if name is None or match.group("before"):  # a string, a comment, or a path into JSON: a:b
            return match.group()
        if name not in parameters:
            raise StatementError(f"Found the unbound parameter: {name}. Please, fix `args` and provide it")
        return literal_text(parameters[name])

    return _LITERALS.sub(replace, text)


def literal_text(expression: Any) -> str:
    """An argument as SQL writes it; UnsupportedError for what has no literal."""
    if expression.HasField("cast") and expression.cast.expr.HasField("literal"):
        return f"CAST({literal_text(expression.cast.expr)} AS {expression.cast.type_str})"
    kind = expression.literal.WhichOneof("literal_type") if expression.HasField("literal") else None
    value = getattr(expression.literal, kind) if kind else None
    if kind == "null":
        return "NULL"
    if kind == "boolean":
        return "TRUE" if value else "FALSE"
    if kind == "string":
        return _quoted(str(value))
    if kind in {*_NUMBERS, "double"}:
        return f"CAST({_quoted(repr(value))} AS {_NUMBERS.get(kind, 'DOUBLE')})"
    if kind == "date":
        return f"DATE'{date(1970, 1, 1) + timedelta(days=value)}'"
    if kind == "timestamp":
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
        return f"TIMESTAMP'{instant:%Y-%m-%d %H:%M:%S.%f}Z'"
    raise UnsupportedError(f"A parameter of type {kind or 'expression'} is not served in statements here")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
