"""An alert's condition: the statement that is run for it, and what its rows come to."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from infra.local.workspace.sql.values import render

AGGREGATIONS = ("AVG", "COUNT", "COUNT_DISTINCT", "MAX", "MEDIAN", "MIN", "STDDEV", "SUM")
_COMPARISONS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "EQUAL": (operator.eq, "equal to"),
    "NOT_EQUAL": (operator.ne, "not equal to"),
    "GREATER_THAN": (operator.gt, "greater than"),
    "GREATER_THAN_OR_EQUAL": (operator.ge, "greater than or equal to"),
    "LESS_THAN": (operator.lt, "less than"),
    "LESS_THAN_OR_EQUAL": (operator.le, "less than or equal to"),
}
WITHOUT_THRESHOLD = ("IS_NULL", "IS_NOT_NULL")
OPERATORS = (*_COMPARISONS, *WITHOUT_THRESHOLD)
_DIGITS = 6
_NOTHING = "UNKNOWN"  # the state where the query has no value and the alert does not say what that means

Evaluation = Mapping[str, Any]
Operand = Mapping[str, Any]


class ConditionError(Exception):
    """The rows can't be compared as the alert wants it; the message says why."""


@dataclass(frozen=True)
class Verdict:
    """What an evaluation came to: a state, and the value and threshold that it was found by, as texts.

    `value` is None where there was none; `error` tells why the state is ERROR.
    """

    state: str
    value: str | None = None
    threshold: str | None = None
    error: str = ""


def statement(query: str, evaluation: Evaluation) -> str:
    """The SQL to run: the query itself or, as on Databricks, an aggregation around it."""
    query = query.strip().removesuffix(";")
    operands = _operands(evaluation)
    if not any("aggregation" in operand for operand in operands):
        return query
    columns = ", ".join(
        f"{_aggregated(operand)} AS operand_{place}" for place, operand in enumerate(operands)
    )
    return f"WITH q AS (\n{query}\n)\nSELECT {columns} FROM q"


def judge(rows: pa.Table, evaluation: Evaluation) -> Verdict:
    """What the statement's first row comes to; ConditionError where it can't be compared.

    No row, NULL and NaN are no value, and lead to the alert's `empty_result_state`, unless the
    condition asks for NULL itself.
    """
    found = [_value(rows, operand, place, evaluation) for place, operand in enumerate(_operands(evaluation))]
    fixed = (evaluation.get("threshold") or {}).get("value")
    value, threshold = [*found, *(fixed.values() if fixed else ()), None][:2]
    told = (_told(value), _told(threshold))
    kind = evaluation["comparison_operator"]
    if kind in WITHOUT_THRESHOLD and rows.num_rows:
        return Verdict("TRIGGERED" if (value is None) == (kind == "IS_NULL") else "OK", *told)
    if value is None or threshold is None:
        return Verdict(evaluation.get("empty_result_state", _NOTHING), *told)
    compare, _ = _COMPARISONS[kind]
    return Verdict("TRIGGERED" if compare(*_comparable(value, threshold)) else "OK", *told)


def describe(evaluation: Evaluation) -> str:
    """The condition in words, without the threshold: `MAX of value is greater than`."""
    source = evaluation["source"]
    name = source.get("display") or source["name"]
    subject = f"{source['aggregation']} of {name}" if "aggregation" in source else name
    kind = evaluation["comparison_operator"]
    words = (
        _COMPARISONS[kind][1] if kind in _COMPARISONS else kind.lower().removeprefix("is_").replace("_", " ")
    )
    return f"{subject} is {words}"


def _operands(evaluation: Evaluation) -> list[Operand]:
    column = (evaluation.get("threshold") or {}).get("column")
    return [evaluation["source"], *([column] if column else [])]


def _aggregated(operand: Operand) -> str:
    column = f"`{operand['name'].replace('`', '``')}`"
    kind = operand.get("aggregation", "FIRST")
    return f"COUNT(DISTINCT {column})" if kind == "COUNT_DISTINCT" else f"{kind}({column})"


def _value(rows: pa.Table, operand: Operand, place: int, evaluation: Evaluation) -> Any:
    if any("aggregation" in other for other in _operands(evaluation)):
        column = rows.column(place)
    else:
        column = rows.column(_position(rows, operand["name"]))
    if not rows.num_rows:
        return None
    value = column[0].as_py()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value if isinstance(value, bool | int | float | Decimal | str) else render(value, column.type)


def _position(rows: pa.Table, name: str) -> int:
    for position, found in enumerate(rows.column_names):
        if found.lower() == name.lower():
            return position
    raise ConditionError(f"The result has no column {name}, it has {', '.join(rows.column_names) or 'none'}.")


def _comparable(value: Any, threshold: Any) -> tuple[Any, Any]:
    """Both as numbers where the threshold is one, else both as texts."""
    if isinstance(threshold, int | float | Decimal):
        return _number(value), _number(threshold)
    return _text(value), _text(threshold)


def _number(value: Any) -> float:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return float(value.lower() == "true")
    try:
        return float(value)
    except ValueError as error:
        raise ConditionError(f"The value {value!r} is no number, but the threshold is one.") from error


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(value: Any) -> str | None:
    """A value for people: fractions with as many digits as they read."""
    if value is None:
        return None
    if isinstance(value, float | Decimal):
        return f"{float(value):.{_DIGITS if abs(value) < 10**_DIGITS else 15}g}"
    return _text(value)
