"""Columns ready to be counted: each value is told by its rank among all values of the column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["number", "text", "time", "other"]
NULL, NAN = -1, -2

_MICROSECONDS = 1_000_000
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Column:
    """A column of a table.

    ranks: for each row, the place of its value in `values`; NULL or NAN. values, ascending: numbers,
    seconds since 1970, or the lengths of `texts`. Columns of other types have neither ranks of
    values nor values: only their nulls are told (a rank of 0 is any value).
    """

    name: str
    data_type: str
    kind: Kind
    ranks: Ints
    values: Floats
    texts: tuple[str, ...] = ()


def read_column(name: str, data_type: str, cells: pa.ChunkedArray) -> Column:
    """The column of some cells; `data_type` is how SQL calls their type."""
    array = cells.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # what combine_chunks returns differs by version and size
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    kind = kind_of(array.type)
    if kind == "text":
        return _read_text(name, data_type, array)
    if kind == "other":
        nulls = np.asarray(array.is_null())
        return Column(name, data_type, kind, np.where(nulls, NULL, 0), np.zeros(1))
    return _read_number(name, data_type, kind, array)


def kind_of(arrow_type: pa.DataType) -> Kind:
    """How columns of a type are profiled."""
    types = pa.types
    if types.is_integer(arrow_type) or types.is_floating(arrow_type) or types.is_decimal(arrow_type):
        return "number"
    if types.is_string(arrow_type) or types.is_large_string(arrow_type) or types.is_boolean(arrow_type):
        return "text"
    if types.is_timestamp(arrow_type) or types.is_date(arrow_type):
        return "time"
    return "other"


def _read_number(name: str, data_type: str, kind: Kind, array: pa.Array) -> Column:
    nulls = np.asarray(array.is_null())
    numbers = _numbers(array, kind)
    nans = np.isnan(numbers) & ~nulls if numbers.dtype.kind == "f" else np.zeros(len(nulls), bool)
    ranks = np.full(len(nulls), NULL, np.int64)
    ranks[nans] = NAN
    told = ~(nulls | nans)
    values, ranks[told] = np.unique(numbers[told], return_inverse=True)
    scale = _MICROSECONDS if kind == "time" else 1
    return Column(name, data_type, kind, ranks, values.astype(np.float64) / scale)


def _numbers(array: pa.Array, kind: Kind) -> NDArray[Any]:
    """Integers as such, so that large ones stay apart; times in microseconds; all else as double."""
    if kind == "time":
        array = array.cast(pa.timestamp("us", getattr(array.type, "tz", None))).cast(pa.int64())
    elif not pa.types.is_integer(array.type):
        array = array.cast(pa.float64())
    return np.asarray(pc.fill_null(array, 0)) + 0  # minus zero becomes zero


def _read_text(name: str, data_type: str, array: pa.Array) -> Column:
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.string())
    coded = array.dictionary_encode()
    words = coded.dictionary.to_pylist()
    order = sorted(range(len(words)), key=words.__getitem__)
    places = np.empty(len(words), np.int64)
    places[order] = np.arange(len(words))
    codes = np.asarray(pc.fill_null(coded.indices, -1), np.int64)
    ranks = np.where(codes < 0, NULL, places[codes] if len(words) else NULL)
    texts = tuple(words[index] for index in order)
    return Column(name, data_type, "text", ranks, np.array([len(text) for text in texts], float), texts)
