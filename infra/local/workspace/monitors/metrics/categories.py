"""How far the distributions of categories lie apart, by the counts of each category."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import special

from infra.local.workspace.monitors.metrics.columns import Floats, Ints
from infra.local.workspace.monitors.metrics.distances import Evidence, Pairs, stability_index
from infra.local.workspace.monitors.metrics.distributions import Distributions

MOST_CATEGORIES = 10_000
"""A text column with more different values names things; it does not sort them into categories."""
_CELLS = 4_000_000


class Distances(NamedTuple):
    """Of each group from the one it is compared with; NaN where it is compared with none.

    chi_squared: a test of homogeneity, without a correction for continuity. total_variation: half
    the sum of the differences between shares. largest: the largest of them. jensen_shannon: the
    distance to base 2, from 0 to 1. stability: the population stability index, a bin a category.
    """

    chi_squared: Evidence
    total_variation: Floats
    largest: Floats
    jensen_shannon: Floats
    stability: Floats


def distances(pairs: Pairs) -> Distances:
    """Every distance between categories; all NaN for a column with too many of them."""
    blocks = [_measure(pairs, groups) for groups in _blocks(pairs)]
    measured = np.concatenate(blocks, axis=1) if blocks else np.full((6, len(pairs.compared)), np.nan)
    statistic, pvalue, *others = (pairs.result(numbers) for numbers in measured)
    return Distances(Evidence(statistic, pvalue), *others)


def _measure(pairs: Pairs, groups: Ints) -> Floats:
    """The numbers of `Distances` for some groups, one row each."""
    own, other = _counts(pairs.found, groups), _counts(pairs.found, pairs.references[groups])
    shares, expected = _shares(own), _shares(other)
    gaps = np.abs(shares - expected)
    used = (own + other) > 0
    stability = stability_index(np.where(used, shares, 0), np.where(used, expected, 0))
    return np.array(
        [
            *_chi_squared(own, other),
            gaps.sum(axis=1) / 2,
            gaps.max(axis=1),
            _jensen_shannon(shares, expected),
            stability,
        ]
    )


def _blocks(pairs: Pairs) -> Iterator[Ints]:
    """The groups that are compared, in parts whose counts fit into little memory."""
    size = pairs.found.size
    if size > MOST_CATEGORIES:
        return
    step = max(_CELLS // size, 1)
    for start in range(0, len(pairs.compared), step):
        yield pairs.compared[start : start + step]


def _counts(found: Distributions, groups: Ints) -> Floats:
    """The counts of all categories, one row a group."""
    lengths = found.distinct[groups]
    rows = np.repeat(np.arange(len(groups)), lengths)
    offsets = np.repeat(found.bounds[groups] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    places = np.arange(len(rows)) + offsets
    counts = np.zeros((len(groups), found.size))
    counts[rows, found.ranks[places]] = found.counts[places]
    return counts


def _shares(counts: Floats) -> Floats:
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _chi_squared(own: Floats, other: Floats) -> tuple[Floats, Floats]:
    n, m = own.sum(axis=1, keepdims=True), other.sum(axis=1, keepdims=True)
    both = own + other
    terms = (own * m - other * n) ** 2 / np.where(both > 0, n * m * both, 1)
    statistic = terms.sum(axis=1)
    freedom = (both > 0).sum(axis=1) - 1
    return statistic, np.where(freedom > 0, special.chdtrc(np.maximum(freedom, 1), statistic), 1.0)


def _jensen_shannon(shares: Floats, expected: Floats) -> Floats:
    middle = (shares + expected) / 2
    divergence = (special.rel_entr(shares, middle) + special.rel_entr(expected, middle)).sum(axis=1) / 2
    return np.asarray(np.sqrt(np.maximum(divergence, 0.0) / np.log(2)))
