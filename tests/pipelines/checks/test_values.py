"""Whether values can be stored in a table's columns as they are."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from pyspark.sql.types import (
    DataType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

from pipelines.checks.values import find_unfit

NOW = datetime(2013, 1, 1, tzinfo=UTC)


def find(kind: DataType, values: Any) -> list[str]:
    """What is wrong with values for a column of a kind."""
    return find_unfit(pd.DataFrame({"x": values}), StructType([StructField("x", kind)]))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (StringType(), ["a", None]),
        (StringType(), pd.Categorical(["a", "b"])),
        (DoubleType(), [1, 2]),
        (DoubleType(), [1.5, None]),
        (DoubleType(), pd.array([1, None], dtype="Int32")),
        (DoubleType(), pd.Series([1, 2.5, None], dtype="object")),
        (IntegerType(), [1.0, None]),
        (IntegerType(), pd.array([1, None], dtype="Int64")),
        (IntegerType(), [2**31 - 1, -(2**31)]),
        (LongType(), [2**31]),
        (TimestampType(), pd.Series(["2013-01-01", None], dtype="datetime64[ns, UTC]")),
        (TimestampType(), pd.Series([NOW, None], dtype="object")),
        (StringType(), [None, None]),
        (IntegerType(), []),
    ],
)
def test_fitting_values_are_let_through(kind: DataType, values: Any) -> None:
    """In whatever type pandas holds them, and with gaps."""
    assert find(kind, values) == []


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (StringType(), ["a", 1], "1 values of x are no text, such as 1"),
        (DoubleType(), ["1.5", 1.5], "1 values of x are no numbers, such as '1.5'"),
        (DoubleType(), [True, False], "2 values of x are no numbers, such as True"),
        (DoubleType(), [Decimal("1.5")], "1 values of x are no numbers, such as Decimal('1.5')"),
        (IntegerType(), [1.0, 1.5], "1 values of x are no whole numbers of 32 bits, such as 1.5"),
        (IntegerType(), [1, 2**31], "1 values of x are no whole numbers of 32 bits, such as 2147483648"),
        (IntegerType(), [float("inf")], "1 values of x are no whole numbers of 32 bits, such as inf"),
        (LongType(), ["1"], "1 values of x are no whole numbers of 64 bits, such as '1'"),
        (TimestampType(), ["2013-01-01"], "1 values of x are no instants with a time zone, such as '2013-"),
        (
            TimestampType(),
            pd.to_datetime(["2013-01-01"]),
            "1 values of x are no instants with a time zone, such as Timestamp('2013-01-01 00:00:00')",
        ),
    ],
)
def test_unfit_values_are_told(kind: DataType, values: Any, message: str) -> None:
    """How many they are, what they should be, and one of them."""
    (problem,) = find(kind, values)
    assert problem.startswith(message)


def test_rows_need_no_index_of_their_own() -> None:
    """Frames that were put together from others have rows of equal labels."""
    rows = pd.concat([pd.DataFrame({"x": [1.0, 1.5]}), pd.DataFrame({"x": [2.5]})])
    (problem,) = find_unfit(rows, StructType([StructField("x", IntegerType())]))
    assert problem.startswith("2 values of x")
