"""Summary statistics of a column in each group, as the profile metrics table has them.

Nulls and NaN are counted and left out of all else. Percentages go from 0 to 100: of nulls among the
group's rows, of everything else among the values that are not null.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from infra.local.workspace.monitors.metrics.columns import NAN, NULL, Floats, Ints
from infra.local.workspace.monitors.metrics.distributions import Distributions

QUANTILES = 1000  # so many parts: quantiles[500] is the median
FREQUENT = 100
Cells = dict[str, pa.Array]


def profile(found: Distributions, codes: Ints) -> Cells:
    """The statistics of a column, one row a group; `codes` tells each row's group."""
    column = found.column
    nulls, nans = _count(codes, column.ranks == NULL, found), _count(codes, column.ranks == NAN, found)
    values = found.totals + nans
    cells = {
        "count": pa.array(values),
        "num_nulls": pa.array(nulls),
        "percent_null": percent(nulls, values + nulls),
    }
    if column.kind == "other":
        return cells
    cells |= {"distinct_count": pa.array(found.distinct), "percent_distinct": percent(found.distinct, values)}
    if column.kind == "text":
        return cells | _profile_texts(found)
    cells |= _profile_order(found)
    if column.kind == "number":
        cells |= _profile_numbers(found, values)
        cells |= {"num_nan": pa.array(nans), "percent_nan": percent(nans, values)}
    return cells


def percent(parts: Ints, wholes: Ints) -> pa.Array:
    """Parts as percentages of wholes; null where there is nothing to be a part of."""
    return doubles(100.0 * divide(parts, wholes))


def divide(numerators: Any, denominators: Any) -> Floats:
    """Quotients; NaN for a division by zero."""
    quotients: Floats = np.divide(
        numerators, denominators, out=np.full(np.shape(denominators), np.nan), where=denominators != 0
    )
    return quotients


def doubles(numbers: Floats) -> pa.Array:
    """Numbers as a column; null for NaN."""
    return pa.array(numbers, pa.float64(), from_pandas=True)


def means(found: Distributions) -> Floats:
    """The mean of each group's values."""
    return divide(found.sums(found.counts * found.values), found.totals)


def _count(codes: Ints, chosen: Any, found: Distributions) -> Ints:
    return np.bincount(codes[chosen & (codes >= 0)], minlength=found.groups)


def _profile_order(found: Distributions) -> Cells:
    """Least, middle and greatest; NaN becomes null where a group has no value."""
    cells = {name: np.full(found.groups, np.nan) for name in ("min", "median", "max")}
    filled = np.flatnonzero(found.totals)
    if len(filled):
        cells["min"][filled] = found.values[found.bounds[filled]]
        cells["max"][filled] = found.values[found.bounds[filled + 1] - 1]
        middle = found.quantile_ranks(filled, np.array([1]), 2)[:, 0]
        cells["median"][filled] = found.column.values[middle]
    return {name: doubles(numbers) for name, numbers in cells.items()}


def _profile_numbers(found: Distributions, values: Ints) -> Cells:
    average = means(found)
    with np.errstate(invalid="ignore", over="ignore"):  # infinite values have no deviation
        squares = found.counts * (found.values - average[found.owners]) ** 2
    zeros = np.bincount(found.owners, found.counts * (found.values == 0), found.groups).astype(np.int64)
    return {
        "avg": doubles(average),
        "stddev": doubles(np.sqrt(divide(found.sums(squares), np.maximum(found.totals - 1, 0)))),
        "num_zeros": pa.array(zeros),
        "percent_zeros": percent(zeros, values),
        "quantiles": _quantiles(found),
    }


def _quantiles(found: Distributions) -> pa.Array:
    """For each group with values, those that 0, 1, … 1000 thousandths of the rows do not exceed."""
    filled = np.flatnonzero(found.totals)
    if not len(filled):
        return pa.nulls(found.groups, pa.list_(pa.float64()))
    ranks = found.quantile_ranks(filled, np.arange(QUANTILES + 1), QUANTILES)
    lengths = np.where(found.totals > 0, QUANTILES + 1, 0)
    return _lists(lengths, pa.array(found.column.values[ranks.ravel()]), empty=found.totals == 0)


def _profile_texts(found: Distributions) -> Cells:
    filled = np.flatnonzero(found.totals)
    shortest, longest = np.full(found.groups, np.nan), np.full(found.groups, np.nan)
    if len(filled):
        starts = found.bounds[filled]
        shortest[filled] = np.minimum.reduceat(found.values, starts)
        longest[filled] = np.maximum.reduceat(found.values, starts)
    return {
        "min_length": doubles(shortest),
        "max_length": doubles(longest),
        "avg_length": doubles(means(found)),
        "frequent_items": _frequent_items(found),
    }


def _frequent_items(found: Distributions) -> pa.Array:
    """The most frequent texts of each group with their counts, most frequent first, at most a hundred."""
    order = np.lexsort((found.ranks, -found.counts, found.owners))
    places = np.arange(len(order)) - found.bounds[found.owners[order]]
    kept = order[places < FREQUENT]
    texts = pa.array(found.column.texts, pa.string()).take(pa.array(found.ranks[kept]))
    items = pa.StructArray.from_arrays([texts, pa.array(found.counts[kept])], ["item", "count"])
    return _lists(np.minimum(found.distinct, FREQUENT), items, empty=found.totals == 0)


def _lists(lengths: Ints, flat: pa.Array, *, empty: Any) -> pa.Array:
    """Lists of so many of the flat values each; null where `empty`."""
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, flat, mask=pa.array(np.asarray(empty)))
