"""What a request to execute a statement asks for."""

from __future__ import annotations

import re
from typing import Any

from pyspark.sql.connect.proto import expressions_pb2

from infra.local.workspace.catalog.column_types import parse_type
from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.sql.statement import Question
from infra.local.workspace.store import Document

_SECONDS = re.compile(r"(\d+)s")
_DEFAULT_SECONDS = 10


def read_question(body: Document) -> Question:
    """The statement of a request's body; InvalidParameterError where it can't be one."""
    disposition = body.get("disposition") or "INLINE"
    form = body.get("format") or "JSON_ARRAY"
    if disposition not in {"INLINE", "EXTERNAL_LINKS"}:
        raise NotServedError(f"Disposition {disposition} is not served locally.")
    if form not in {"JSON_ARRAY", "ARROW_STREAM"}:
        raise NotServedError(f"Format {form} is not served locally.")
    if form == "ARROW_STREAM" and disposition == "INLINE":
        raise InvalidParameterError("The format field must be JSON_ARRAY when the disposition is INLINE.")
    return Question(
        sql=_text(body, "statement"),
        catalog=_name(body.get("catalog")),
        schema=_name(body.get("schema")),
        parameters=read_parameters(body.get("parameters") or []),
        external=disposition == "EXTERNAL_LINKS",
        format="ARROW_STREAM" if form == "ARROW_STREAM" else "JSON_ARRAY",
        row_limit=_limit(body, "row_limit"),
        byte_limit=_limit(body, "byte_limit"),
    )


def read_wait(body: Document) -> float:
    """How many seconds the request waits: none, or 5 to 50."""
    text = body.get("wait_timeout") or f"{_DEFAULT_SECONDS}s"
    match = _SECONDS.fullmatch(str(text))
    seconds = int(match.group(1)) if match else -1
    if seconds != 0 and not 5 <= seconds <= 50:
        raise InvalidParameterError(f"wait_timeout {text} is neither 0s nor between 5s and 50s.")
    return seconds


def read_parameters(items: Any) -> dict[str, expressions_pb2.Expression]:
    """Named parameters: each value a cast of its text to its type."""
    if not isinstance(items, list):
        raise InvalidParameterError("parameters must be a list.")
    return {_text(item, "name"): _expression(item) for item in items}


def _expression(item: Document) -> expressions_pb2.Expression:
    expression = expressions_pb2.Expression()
    value, kind = item.get("value"), str(item.get("type") or "STRING")
    if value is None or kind.upper() == "VOID":
        expression.literal.null.null.SetInParent()
        return expression
    if parse_type(kind).name in {"ARRAY", "MAP", "STRUCT", "BINARY"}:
        raise InvalidParameterError(f"Parameter {item['name']}: {kind} can't be the type of a parameter.")
    if parse_type(kind).text == "string":
        expression.literal.string = str(value)
        return expression
    expression.cast.expr.literal.string = str(value)
    expression.cast.type_str = parse_type(kind).text
    return expression


def _text(document: Any, name: str) -> str:
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise InvalidParameterError(f"Missing required field: {name}")
    return value


def _name(value: Any) -> str | None:
    return value.strip("`").lower() if isinstance(value, str) and value else None


def _limit(body: Document, name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise InvalidParameterError(f"{name} must be a number.") from error
    if number < 1:
        raise InvalidParameterError(f"{name} must be at least 1.")
    return number
