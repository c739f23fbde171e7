"""Condition tasks: what `left op right` comes to."""

from __future__ import annotations

import operator
from collections.abc import Callable

from infra.local.workspace.errors import InvalidParameterError

_NUMERIC: dict[str, Callable[[float, float], bool]] = {
    "GREATER_THAN": operator.gt,
    "GREATER_THAN_OR_EQUAL": operator.ge,
    "LESS_THAN": operator.lt,
    "LESS_THAN_OR_EQUAL": operator.le,
}
OPERATORS = ("EQUAL_TO", "NOT_EQUAL", *_NUMERIC)


def holds(op: str, left: str, right: str) -> bool:
    """Whether the condition is true: equality compares strings, order compares numbers.

    InvalidParameterError where an operand of an order is no number.
    """
    if op in _NUMERIC:
        return _NUMERIC[op](_number(left), _number(right))
    return (left == right) == (op == "EQUAL_TO")


def _number(operand: str) -> float:
    try:
        return float(operand)
    except ValueError as error:
        raise InvalidParameterError(f"Condition operand {operand!r} is not a number.") from error
