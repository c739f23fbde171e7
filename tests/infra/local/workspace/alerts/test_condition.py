"""What an alert's statement is, and what its rows come to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from infra.local.workspace.alerts.condition import ConditionError, Verdict, judge, statement


def _evaluation(
    operator: str = "GREATER_THAN",
    *,
    source: dict[str, str] | None = None,
    threshold: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "source": {"name": "value", **(source or {})},
        "comparison_operator": operator,
        **({"threshold": threshold} if threshold else {}),
        **more,
    }


def _fixed(value: Any) -> dict[str, Any]:
    kind = {bool: "bool_value", str: "string_value"}.get(type(value), "double_value")
    return {"value": {kind: value}}


@pytest.mark.parametrize(
    ("evaluation", "expected"),
    [
        (_evaluation(), "SELECT 1 AS value"),
        (
            _evaluation(source={"aggregation": "MAX"}),
            "WITH q AS (\nSELECT 1 AS value\n)\nSELECT MAX(`value`) AS operand_0 FROM q",
        ),
        (
            _evaluation(
                source={"name": "a`b", "aggregation": "COUNT_DISTINCT"},
                threshold={"column": {"name": "limit"}},
            ),
            "WITH q AS (\nSELECT 1 AS value\n)\n"
            "SELECT COUNT(DISTINCT `a``b`) AS operand_0, FIRST(`limit`) AS operand_1 FROM q",
        ),
    ],
)
def test_aggregations_are_put_around_the_query(evaluation: dict[str, Any], expected: str) -> None:
    """Without one the query is run as it stands, but for a semicolon at its end."""
    assert statement(" SELECT 1 AS value; ", evaluation) == expected


@pytest.mark.parametrize(
    ("value", "operator", "threshold", "state"),
    [
        (2.0, "GREATER_THAN", 1, "TRIGGERED"),
        (1, "GREATER_THAN", 1.0, "OK"),
        (1, "GREATER_THAN_OR_EQUAL", 1, "TRIGGERED"),
        (Decimal("0.5"), "LESS_THAN", 1, "TRIGGERED"),
        (1, "LESS_THAN_OR_EQUAL", 0, "OK"),
        ("2", "EQUAL", 2, "TRIGGERED"),
        (2, "NOT_EQUAL", 2, "OK"),
        ("FAILED", "EQUAL", "FAILED", "TRIGGERED"),
        ("a", "NOT_EQUAL", "b", "TRIGGERED"),
        (True, "EQUAL", True, "TRIGGERED"),
        ("false", "EQUAL", True, "OK"),
        (True, "EQUAL", 1, "TRIGGERED"),
    ],
)
def test_values_are_compared(value: Any, operator: str, threshold: Any, state: str) -> None:
    """With a number as a number, with a text as a text, with a truth as a truth."""
    verdict = judge(pa.table({"VALUE": [value]}), _evaluation(operator, threshold=_fixed(threshold)))
    assert verdict.state == state


@pytest.mark.parametrize("rows", [[], [None], [float("nan")]])
@pytest.mark.parametrize(("empty", "state"), [({}, "UNKNOWN"), ({"empty_result_state": "OK"}, "OK")])
def test_no_value_is_what_the_alert_says(rows: list[Any], empty: dict[str, Any], state: str) -> None:
    """No row, NULL and NaN lead to the state for empty results."""
    table = pa.table({"value": pa.array(rows, pa.float64())})
    assert judge(table, _evaluation(threshold=_fixed(1), **empty)).state == state


@pytest.mark.parametrize(
    ("operator", "rows", "state"),
    [
        ("IS_NULL", [None], "TRIGGERED"),
        ("IS_NULL", [1], "OK"),
        ("IS_NOT_NULL", [1], "TRIGGERED"),
        ("IS_NOT_NULL", [None], "OK"),
        ("IS_NULL", [], "UNKNOWN"),
    ],
)
def test_null_can_be_asked_for(operator: str, rows: list[Any], state: str) -> None:
    """Then NULL is an answer, and only no row is none."""
    assert judge(pa.table({"value": pa.array(rows, pa.int64())}), _evaluation(operator)).state == state


def test_a_column_can_be_the_threshold() -> None:
    """Both come from the first row."""
    rows = pa.table({"value": [3, 0], "limit": [2.5, 9.0]})
    evaluation = _evaluation(threshold={"column": {"name": "limit"}})
    assert judge(rows, evaluation) == Verdict("TRIGGERED", "3", "2.5")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1 / 3, "0.333333"),
        (Decimal("1.8412345678"), "1.84123"),
        (1234567.5, "1234567.5"),
        (3, "3"),
        (2.0, "2"),
    ],
)
def test_values_are_told_shortly(value: Any, told: str) -> None:
    """Six digits are read; more only where they stand before the point."""
    assert judge(pa.table({"value": [value]}), _evaluation(threshold=_fixed(0))).value == told


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"other": [1]}, "The result has no column value, it has other."),
        ({"value": ["many"]}, "The value 'many' is no number, but the threshold is one."),
    ],
)
def test_what_can_not_be_compared_is_told(rows: dict[str, list[Any]], message: str) -> None:
    """In one line."""
    with pytest.raises(ConditionError) as failure:
        judge(pa.table(rows), _evaluation(threshold=_fixed(1)))
    assert str(failure.value) == message
