"""How often each value occurs in each group: what every statistic of a column is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from infra.local.workspace.monitors.metrics.columns import Column, Floats, Ints


@dataclass(frozen=True)
class Distributions:
    """The distributions of one column in several groups of rows.

    A run is one value in one group. `keys` tells them, ascending: group * size + rank, where `size`
    is the number of the column's different values; `counts` how many rows of the group have it.
    """

    column: Column
    groups: int
    keys: Ints
    counts: Ints

    @classmethod
    def count(cls, column: Column, codes: Ints, groups: int) -> Distributions:
        """Count a column's values in groups; `codes` tells each row's group, or -1 for none."""
        told = (codes >= 0) & (column.ranks >= 0)
        size = max(len(column.values), 1)
        keys, counts = np.unique(codes[told] * size + column.ranks[told], return_counts=True)
        return cls(column, groups, keys, counts)

    @cached_property
    def size(self) -> int:
        """The number of different values of the column, in whatever group."""
        return max(len(self.column.values), 1)

    @cached_property
    def owners(self) -> Ints:
        """The group of each run."""
        return self.keys // self.size

    @cached_property
    def ranks(self) -> Ints:
        """The rank of each run's value."""
        return self.keys % self.size

    @cached_property
    def values(self) -> Floats:
        """The value of each run."""
        return self.column.values[self.ranks] if len(self.keys) else np.zeros(0)

    @cached_property
    def bounds(self) -> Ints:
        """Where the runs of each group begin; at the end, where the last ones end."""
        return np.searchsorted(self.keys, np.arange(self.groups + 1) * self.size)

    @cached_property
    def cumulated(self) -> Ints:
        """How many rows lie in the runs before each run; at the end, all."""
        return np.concatenate([[0], np.cumsum(self.counts)])

    @cached_property
    def totals(self) -> Ints:
        """How many rows of each group have a value."""
        return np.diff(self.cumulated[self.bounds])

    @cached_property
    def distinct(self) -> Ints:
        """How many different values each group has."""
        return np.diff(self.bounds)

    @cached_property
    def rows(self) -> Ints:
        """The rank of every row that has a value, by group and ascending within it."""
        return np.repeat(self.ranks, self.counts)

    def sums(self, weights: Floats) -> Floats:
        """For each group the sum of a number that each run has."""
        return np.bincount(self.owners, weights, self.groups).astype(np.float64)

    def quantile_ranks(self, groups: Ints, parts: Ints, whole: int) -> Ints:
        """The ranks of quantiles: for each group one row, for each of `parts` of the `whole` one column.

        A quantile is the smallest value that such a part of the rows does not exceed. All groups have rows.
        """
        totals = self.totals[groups][:, None]
        reached = -(-parts[None, :] * totals // whole)
        places = np.clip(reached, 1, totals) - 1
        return np.asarray(self.rows[self.cumulated[self.bounds[groups]][:, None] + places])
