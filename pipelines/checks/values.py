"""Whether values can be stored in a table's columns as they are."""

from collections.abc import Callable
from datetime import datetime
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql.types import (
    DataType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructType,
    TimestampType,
)

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Fits = Callable[["pd.Series[Any]"], Mask]


def find_unfit(rows: pd.DataFrame, schema: StructType) -> list[str]:
    """Return a line for each column with values of another kind than the table's, with an example.

    Missing values fit everywhere. Kinds that no project's table has are not judged.
    """
    problems = []
    for field in schema:
        values = rows[field.name].dropna()
        for kind, (word, fits) in _KINDS.items():
            if isinstance(field.dataType, kind) and not (fit := fits(values)).all():
                unfit = values[~fit].tolist()
                problems.append(f"{len(unfit)} values of {field.name} are no {word}, such as {unfit[0]!r}")
    return problems


def _each(values: "pd.Series[Any]", test: Callable[[Any], bool]) -> Mask:
    return np.fromiter(map(test, values), dtype=bool, count=len(values))


def _is_text(values: "pd.Series[Any]") -> Mask:
    return _each(values, lambda value: isinstance(value, str))


def _is_number(values: "pd.Series[Any]") -> Mask:
    if values.dtype.kind in "iuf":
        return np.ones(len(values), dtype=bool)
    return _each(values, lambda value: isinstance(value, Real) and not isinstance(value, bool | np.bool_))


def _is_whole(bits: int) -> Fits:
    """Return the test for whole numbers of some size; without a fraction they are whole in any type."""
    limit = 2 ** (bits - 1)

    def test(values: "pd.Series[Any]") -> Mask:
        fits = _is_number(values)
        numbers = values[fits].to_numpy(dtype="float64")
        fits[fits] = (np.trunc(numbers) == numbers) & (numbers >= -limit) & (numbers < limit)
        return fits

    return test


def _is_instant(values: "pd.Series[Any]") -> Mask:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return np.ones(len(values), dtype=bool)
    return _each(values, lambda value: isinstance(value, datetime) and value.tzinfo is not None)


_KINDS: dict[type[DataType], tuple[str, Fits]] = {
    StringType: ("text", _is_text),
    DoubleType: ("numbers", _is_number),
    IntegerType: ("whole numbers of 32 bits", _is_whole(32)),
    LongType: ("whole numbers of 64 bits", _is_whole(64)),
    TimestampType: ("instants with a time zone", _is_instant),
}
