"""How far the distributions of groups lie from those of others: tests, distances, indexes.

Results are one number a group; NaN for groups that are compared with none, or where either has no
value. Nulls and NaN take no part.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import special

from infra.local.workspace.monitors.metrics.columns import Floats, Ints
from infra.local.workspace.monitors.metrics.distributions import Distributions

PSI_BINS = 10
LEAST_SHARE = 1e-4  # of a bin or category, so that an empty one does not make the index infinite


class Evidence(NamedTuple):
    """A statistic of each group, and how likely one as large is if nothing has changed."""

    statistic: Floats
    pvalue: Floats


class Runs(NamedTuple):
    """The runs of groups that are compared, beside the groups they are compared with.

    below and upto: how many runs of the reference have a smaller value, and at most this one.
    """

    places: Ints
    owners: Ints
    references: Ints
    below: Ints
    upto: Ints


@dataclass(frozen=True)
class Pairs:
    """Groups beside their references: for each group another one, or -1 where it is compared with none."""

    found: Distributions
    references: Ints

    @cached_property
    def compared(self) -> Ints:
        """The groups that have values, as what they are compared with has, too."""
        totals = self.found.totals
        return np.flatnonzero((self.references >= 0) & (totals > 0) & (totals[self.references] > 0))

    @cached_property
    def runs(self) -> Runs:
        """The runs of these groups."""
        found = self.found
        is_compared = np.zeros(found.groups, bool)
        is_compared[self.compared] = True
        places = np.flatnonzero(is_compared[found.owners])
        owners = found.owners[places]
        others = self.references[owners]
        wanted = others * found.size + found.ranks[places]
        below = np.searchsorted(found.keys, wanted)
        upto = np.searchsorted(found.keys, wanted, side="right")
        return Runs(places, owners, others, below, upto)

    def result(self, numbers: Floats) -> Floats:
        """Numbers of the groups that are compared, as one for each group."""
        numbers_of_all = np.full(self.found.groups, np.nan)
        numbers_of_all[self.compared] = numbers
        return numbers_of_all


def kolmogorov_smirnov(pairs: Pairs) -> Evidence:
    """The greatest distance between the two distribution functions, and its asymptotic p-value.

    Between two values of the group its function stays while the reference's grows: the distance is
    greatest at one of the two, so looking at the group's own values is enough.
    """
    found, runs = pairs.found, pairs.runs
    after = _share(found, runs.places + 1, runs.owners) - _share(found, runs.upto, runs.references)
    before = _share(found, runs.places, runs.owners) - _share(found, runs.below, runs.references)
    gaps = np.zeros(found.groups)
    np.maximum.at(gaps, runs.owners, np.maximum(np.abs(after), np.abs(before)))
    statistic = gaps[pairs.compared]
    own = found.totals[pairs.compared].astype(float)
    other = found.totals[pairs.references[pairs.compared]].astype(float)
    pvalue = special.kolmogorov(np.sqrt(own * other / (own + other)) * statistic)
    return Evidence(pairs.result(statistic), pairs.result(pvalue))


def wasserstein(pairs: Pairs) -> Floats:
    """The area between the two distribution functions.

    Between two values of a group its function is a constant, which the reference's crosses once. So
    the area is told by integrals of the reference's function between the values and that crossing.
    """
    found, runs = pairs.found, pairs.runs
    with np.errstate(invalid="ignore", over="ignore"):  # infinite values have no distance: NaN
        middle = float(np.median(found.values)) if len(found.values) else 0.0
        areas = _areas(found, runs, found.values - middle)  # near zero, sums of many values stay exact
        distances = np.maximum(np.bincount(runs.owners, areas, found.groups), 0.0)
    return pairs.result(distances[pairs.compared])


def _areas(found: Distributions, runs: Runs, values: Floats) -> Floats:
    """For each run the area from its value to the group's next one, or beyond the first and last ones."""
    sums = np.concatenate([[0.0], np.cumsum(found.counts * values)])
    starts, ends = found.bounds[runs.references], found.bounds[runs.references + 1]
    totals = found.totals[runs.references]

    def integral(upto: Ints, at: Floats) -> Floats:
        """Of the reference's function from below all values to `at`, which `upto` runs do not exceed."""
        counted = found.cumulated[upto] - found.cumulated[starts]
        return np.asarray((counted * at - (sums[upto] - sums[starts])) / totals)

    at = values[runs.places]
    reached = integral(runs.upto, at)
    left = found.cumulated[ends] - found.cumulated[runs.upto]
    tail = (sums[ends] - sums[runs.upto] - left * at) / totals
    own = _share(found, runs.places + 1, runs.owners)
    following = np.minimum(np.arange(1, len(at) + 1), max(len(at) - 1, 0))
    upper, upper_upto = at[following], np.maximum(runs.upto, runs.upto[following])
    cross = np.searchsorted(found.cumulated[1:], found.cumulated[starts] + own * totals)
    cross = np.minimum(cross, ends - 1)
    crossing = np.clip(values[cross], at, np.maximum(at, upper))
    crossed = integral(np.clip(cross + 1, runs.upto, upper_upto), crossing)
    over = own * (crossing - at) - (crossed - reached)
    under = (reached[following] - crossed) - own * (upper - crossing)
    is_first = runs.places == found.bounds[runs.owners]
    is_last = runs.places + 1 == found.bounds[runs.owners + 1]
    return np.asarray(np.where(is_last, tail, over + under) + np.where(is_first, reached, 0.0))


def population_stability(pairs: Pairs) -> Floats:
    """The population stability index of numbers, on the reference's deciles.

    The bins are (-inf, d1], (d1, d2], … (d9, inf), where d1 … d9 are the smallest values that one to
    nine tenths of the reference's rows do not exceed.
    """
    found, others = pairs.found, pairs.references[pairs.compared]
    if not len(others):
        return pairs.result(np.zeros(0))
    edges = found.quantile_ranks(others, np.arange(1, PSI_BINS), PSI_BINS)
    return pairs.result(stability_index(_binned(found, pairs.compared, edges), _binned(found, others, edges)))


def stability_index(shares: Floats, expected: Floats) -> Floats:
    """sum((p - q) * ln(p / q)) over the last axis; shares below a ten-thousandth count as that."""
    shares, expected = np.maximum(shares, LEAST_SHARE), np.maximum(expected, LEAST_SHARE)
    return np.asarray(((shares - expected) * np.log(shares / expected)).sum(axis=-1))


def _binned(found: Distributions, groups: Ints, edges: Ints) -> Floats:
    """The share of each group's rows in the bins between the ranks of edges."""
    upto = np.searchsorted(found.keys, groups[:, None] * found.size + edges, side="right")
    shares = _share(found, upto, groups[:, None])
    return np.diff(shares, axis=1, prepend=0.0, append=1.0)


def _share(found: Distributions, upto: Ints, groups: Ints) -> Floats:
    """The share of a group's rows that lies in its runs before a place."""
    counted = found.cumulated[upto] - found.cumulated[found.bounds[groups]]
    return np.asarray(counted / found.totals[groups])
