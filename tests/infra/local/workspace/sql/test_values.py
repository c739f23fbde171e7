"""Result values as strings."""

from __future__ import annotations

import math
from decimal import Decimal

import pyarrow as pa
import pytest

from infra.local.workspace.errors import NotServedError
from infra.local.workspace.sql.values import describe_type, render


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (1.0, "1.0"),
        (-2.5, "-2.5"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (12345678.0, "1.2345678E7"),
        (1e300, "1.0E300"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
    ],
)
def test_doubles_are_written_as_java_writes_them(value: float, text: str) -> None:
    """Plain from a thousandth to ten million, with an exponent beyond."""
    assert render(value, pa.float64()) == text


def test_nested_values_are_json_with_strings_inside() -> None:
    """Leaves are strings or null, whatever their type."""
    kind = pa.list_(pa.struct([("d", pa.decimal128(5, 2)), ("m", pa.map_(pa.int32(), pa.bool_()))]))
    value = [{"d": Decimal("1.50"), "m": [(1, True)]}, None, {"d": None, "m": None}]
    assert render(value, kind) == '[{"d":"1.50","m":{"1":"true"}},null,{"d":null,"m":null}]'
    assert describe_type(kind)["type_text"] == "ARRAY<STRUCT<d: DECIMAL(5,2), m: MAP<INT, BOOLEAN>>>"


def test_type_that_can_not_be_told_is_refused() -> None:
    """Intervals have no form here."""
    with pytest.raises(NotServedError, match="cast"):
        describe_type(pa.duration("us"))
