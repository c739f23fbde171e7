"""Distances between distributions of categories, against scipy on the raw counts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from infra.local.workspace.monitors.metrics import categories
from infra.local.workspace.monitors.metrics.distances import Pairs
from tests.infra.local.workspace.monitors.metrics.counting import count, pair

_VALUES = st.lists(st.sampled_from(["a", "b", "c", "d", "é", ""]) | st.none(), max_size=40)


@given(_VALUES, _VALUES)
def test_against_scipy(left: list[str | None], right: list[str | None]) -> None:
    """Every distance is scipy's, or its formula, on the union of the categories; null for an empty side."""
    found = categories.distances(pair(left, right, pa.string()))
    own, other = (Counter(value for value in side if value is not None) for side in (left, right))
    if not own or not other:
        numbers = [*found.chi_squared, *found[1:]]
        assert all(np.isnan(number[0]) for number in numbers)
        return
    names = sorted({*own, *other})
    observed = np.array([[own[name] for name in names], [other[name] for name in names]])
    p, q = observed / observed.sum(axis=1, keepdims=True)
    expected = stats.chi2_contingency(observed, correction=False)
    assert found.chi_squared.statistic[0] == pytest.approx(expected.statistic, abs=1e-9)
    assert found.chi_squared.pvalue[0] == pytest.approx(expected.pvalue, abs=1e-9)
    assert found.total_variation[0] == pytest.approx(np.abs(p - q).sum() / 2)
    assert found.largest[0] == pytest.approx(np.abs(p - q).max())
    assert found.jensen_shannon[0] == pytest.approx(jensenshannon(p, q, base=2), abs=1e-7)
    p, q = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    assert found.stability[0] == pytest.approx(((p - q) * np.log(p / q)).sum(), abs=1e-12)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups are measured in parts where there are many; the result is the same."""
    generator = np.random.default_rng(1)
    values, groups = generator.choice(list("abcdefgh"), 500), generator.integers(0, 9, 500)
    pairs = Pairs(count(values.tolist(), groups.tolist(), 9, pa.string()), np.arange(-1, 8))
    whole = categories.distances(pairs)
    monkeypatch.setattr(categories, "_CELLS", 16)
    parts = categories.distances(pairs)
    assert np.array_equal(whole.total_variation, parts.total_variation, equal_nan=True)
    assert np.array_equal(whole.chi_squared.pvalue, parts.chi_squared.pvalue, equal_nan=True)


def test_names_are_no_categories(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column in which nearly every value is another one has no distances."""
    monkeypatch.setattr(categories, "MOST_CATEGORIES", 3)
    found = categories.distances(pair(["a", "b"], ["c", "d"], pa.string()))
    assert np.isnan(found.total_variation[0])
