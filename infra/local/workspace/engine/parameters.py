"""Named parameters of statements that Sail takes none for: written into the text as literals."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from infra.local.workspace.engine.errors import StatementError, UnsupportedError

_LITERALS = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/"""
    r"""|(?P<before>[\w\]\)`]?):(?P<name>[A-Za-z_]\w*)""",
    re.DOTALL,
)


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
    if kind not in _WRITERS:
        raise UnsupportedError(f"A parameter of type {kind or 'expression'} is not served in statements here")
    return _WRITERS[kind](getattr(expression.literal, str(kind)))


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _number(kind: str) -> Callable[[Any], str]:
    return lambda value: f"CAST({_quoted(repr(value))} AS {kind})"


def _date(days: int) -> str:
    return f"DATE'{date(1970, 1, 1) + timedelta(days=days)}'"


def _timestamp(microseconds: int) -> str:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return f"TIMESTAMP'{instant:%Y-%m-%d %H:%M:%S.%f}Z'"


_WRITERS: dict[str | None, Callable[[Any], str]] = {
    "null": lambda _: "NULL",
    "boolean": lambda value: "TRUE" if value else "FALSE",
    "string": _quoted,
    "byte": _number("TINYINT"),
    "short": _number("SMALLINT"),
    "integer": _number("INT"),
    "long": _number("BIGINT"),
    "float": _number("FLOAT"),
    "double": _number("DOUBLE"),
    "date": _date,
    "timestamp": _timestamp,
}
