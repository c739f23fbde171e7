"""Distances between distributions of numbers, against scipy on the raw values."""

from __future__ import annotations

import warnings

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from infra.local.workspace.monitors.metrics.columns import Floats
from infra.local.workspace.monitors.metrics.distances import (
    Pairs,
    kolmogorov_smirnov,
    population_stability,
    wasserstein,
)
from tests.infra.local.workspace.monitors.metrics.counting import count, known, pair

_VALUES = st.lists(
    st.one_of(
        st.floats(-1e6, 1e6, width=32),
        st.integers(-3, 3).map(float),
        st.none(),
        st.just(float("nan")),
    ),
    max_size=40,
)


@given(_VALUES, _VALUES)
def test_against_scipy(left: list[float | None], right: list[float | None]) -> None:
    """Statistic and distance are scipy's, with ties, constants, single rows; null where a side is empty."""
    pairs = pair(left, right, pa.float64())
    own, other = known(left), known(right)
    (statistic, alone), pvalues = kolmogorov_smirnov(pairs)
    distance = wasserstein(pairs)[0]
    assert np.isnan(alone)
    if not len(own) or not len(other):
        assert np.isnan([statistic, pvalues[0], distance, population_stability(pairs)[0]]).all()
        return
    assert statistic == pytest.approx(_statistic(own, other), abs=1e-12)
    assert distance == pytest.approx(stats.wasserstein_distance(own, other), rel=1e-9, abs=1e-9)
    assert population_stability(pairs)[0] == pytest.approx(_stability(own, other), rel=1e-9, abs=1e-12)


def test_pvalues_are_asymptotic() -> None:
    """The p-value is that of the limiting distribution, close to scipy's for samples that are not small."""
    generator = np.random.default_rng(3)
    own, other = generator.normal(size=900), generator.normal(0.08, size=1100)
    statistic, pvalue = kolmogorov_smirnov(pair(own.tolist(), other.tolist(), pa.float64()))
    exact = stats.ks_2samp(own, other)
    scale = np.sqrt(900 * 1100 / 2000)
    assert pvalue[0] == pytest.approx(stats.kstwobign.sf(scale * statistic[0]), rel=1e-9)
    assert pvalue[0] == pytest.approx(exact.pvalue, abs=0.02)


def test_many_groups_at_once() -> None:
    """Each group is compared with its own reference, whatever groups lie between."""
    generator = np.random.default_rng(1)
    values, groups = generator.normal(size=2000).round(2), generator.integers(0, 5, 2000)
    references = np.array([4, 0, -1, 1, 3])
    pairs = Pairs(count(values.tolist(), groups.tolist(), 5, pa.float64()), references)
    statistics, distances = kolmogorov_smirnov(pairs).statistic, wasserstein(pairs)
    for group, reference in enumerate(references):
        own, other = values[groups == group], values[groups == reference]
        if reference < 0:
            assert np.isnan([statistics[group], distances[group]]).all()
            continue
        assert statistics[group] == pytest.approx(stats.ks_2samp(own, other).statistic, abs=1e-12)
        assert distances[group] == pytest.approx(stats.wasserstein_distance(own, other), rel=1e-9)


def test_nothing_has_changed() -> None:
    """A group compared with the same values is at no distance."""
    values = [1.0, 2.0, 2.0, 5.0]
    pairs = pair(values, values, pa.float64())
    assert kolmogorov_smirnov(pairs).statistic[0] == 0
    assert kolmogorov_smirnov(pairs).pvalue[0] == 1
    assert wasserstein(pairs)[0] == population_stability(pairs)[0] == 0


def test_infinite_values_have_no_distance() -> None:
    """The area to infinity is not told; the greatest gap is."""
    pairs = pair([1.0, float("inf")], [1.0, 2.0], pa.float64())
    assert kolmogorov_smirnov(pairs).statistic[0] == 0.5
    assert np.isnan(wasserstein(pairs)[0])


def _statistic(own: Floats, other: Floats) -> float:
    """Scipy's statistic; its warnings are of the p-value, which is not asked for."""
    with warnings.catch_warnings(category=RuntimeWarning, action="ignore"):
        return float(stats.ks_2samp(own, other).statistic)


def _stability(own: Floats, other: Floats) -> float:
    """The documented formula on the documented bins, written anew."""
    ordered = np.sort(other)
    edges = [ordered[max(-(-tenth * len(ordered) // 10), 1) - 1] for tenth in range(1, 10)]
    total = 0.0
    for low, high in zip([-np.inf, *edges], [*edges, np.inf], strict=True):
        p = max(np.mean((own > low) & (own <= high)), 1e-4)
        q = max(np.mean((other > low) & (other <= high)), 1e-4)
        total += (p - q) * np.log(p / q)
    return total
