"""Distributions for tests: some values, and the group of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from infra.local.workspace.monitors.metrics.columns import Floats, Ints, read_column
from infra.local.workspace.monitors.metrics.distances import Pairs
from infra.local.workspace.monitors.metrics.distributions import Distributions
from infra.local.workspace.monitors.metrics.profile import profile


def count(values: Sequence[Any], groups: Sequence[int], number: int, kind: pa.DataType) -> Distributions:
    """How often each value occurs in each of a number of groups."""
    cells = pa.chunked_array([pa.array(values, kind)])
    return Distributions.count(read_column("x", str(kind), cells), codes(groups), number)


def pair(left: Sequence[Any], right: Sequence[Any], kind: pa.DataType) -> Pairs:
    """Group 0 with some values, compared with group 1, which has others."""
    groups = [0] * len(left) + [1] * len(right)
    return Pairs(count([*left, *right], groups, 2, kind), np.array([1, -1]))


def profiled(
    values: Sequence[Any], groups: Sequence[int], number: int, kind: pa.DataType
) -> dict[str, list[Any]]:
    """The profile of a column: a value a group for each statistic."""
    cells = profile(count(values, groups, number, kind), codes(groups))
    return {name: array.to_pylist() for name, array in cells.items()}


def codes(groups: Sequence[int]) -> Ints:
    """Groups as the metrics take them."""
    return np.array(groups, np.int64)


def known(values: Sequence[float | None]) -> Floats:
    """The values that are neither null nor NaN."""
    return np.array([value for value in values if value is not None and not np.isnan(value)], float)
