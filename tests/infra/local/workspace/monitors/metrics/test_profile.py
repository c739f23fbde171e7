"""Summary statistics, against numpy and pandas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.infra.local.workspace.monitors.metrics.counting import known, profiled

_NUMBERS = st.lists(
    st.tuples(
        st.none() | st.just(float("nan")) | st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, 1.0]),
        st.integers(-1, 3),
    ),
    max_size=60,
)


@given(_NUMBERS)
def test_numbers(rows: list[tuple[float | None, int]]) -> None:
    """Every statistic of doubles is that of pandas; empty groups and unknown ones have null."""
    found = profiled([value for value, _ in rows], [group for _, group in rows], 4, pa.float64())
    for group in range(4):
        values = [value for value, code in rows if code == group]
        numbers = pd.Series(known(values))
        not_null = [value for value in values if value is not None]
        assert found["count"][group] == len(not_null)
        assert found["num_nulls"][group] == len(values) - len(not_null)
        assert found["num_nan"][group] == len(not_null) - len(numbers)
        assert found["num_zeros"][group] == (numbers == 0).sum()
        assert found["distinct_count"][group] == numbers.nunique()
        _compare(found, group, avg=numbers.mean(), stddev=numbers.std(), min=numbers.min(), max=numbers.max())
        _compare(found, group, percent_zeros=_percent((numbers == 0).sum(), len(not_null)))
        _compare(found, group, percent_distinct=_percent(numbers.nunique(), len(not_null)))
        _compare(found, group, percent_nan=_percent(len(not_null) - len(numbers), len(not_null)))
        _compare(found, group, percent_null=_percent(len(values) - len(not_null), len(values)))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_quantiles(values: list[float]) -> None:
    """There are 1001 of them: each the least value that so many thousandths of the rows don't exceed."""
    quantiles = profiled(values, [0] * len(values), 1, pa.float64())["quantiles"][0]
    ordered = sorted(values)
    assert len(quantiles) == 1001
    for step in (0, 1, 250, 333, 500, 999, 1000):
        at_least = -(-step * len(values) // 1000)
        assert quantiles[step] == ordered[max(at_least, 1) - 1]
    assert profiled(values, [0] * len(values), 1, pa.float64())["median"][0] == quantiles[500]


def test_texts() -> None:
    """Texts have lengths, distinct values and their most frequent items; ties in alphabetical order."""
    values = ["b", "a", "ccc", "a", None, "b"]
    found = profiled(values, [0, 0, 0, 0, 0, 1], 3, pa.string())
    assert found["frequent_items"] == [
        [{"item": "a", "count": 2}, {"item": "b", "count": 1}, {"item": "ccc", "count": 1}],
        [{"item": "b", "count": 1}],
        None,
    ]
    assert found["min_length"] == [1.0, 1.0, None]
    assert found["max_length"] == [3.0, 1.0, None]
    assert found["avg_length"] == [1.5, 1.0, None]
    assert (found["count"], found["num_nulls"]) == ([4, 1, 0], [1, 0, 0])
    assert "avg" not in found


def test_frequent_items_are_a_hundred() -> None:
    """Of many texts the hundred most frequent ones are told."""
    values = [f"{number:03}" for number in range(150)] + ["149"]
    (items,) = profiled(values, [0] * len(values), 1, pa.string())["frequent_items"]
    assert len(items) == 100
    assert items[0] == {"item": "149", "count": 2}


def test_booleans_are_categories() -> None:
    """True and false are counted like texts."""
    found = profiled([True, False, True, None], [0] * 4, 1, pa.bool_())
    assert found["frequent_items"] == [[{"item": "true", "count": 2}, {"item": "false", "count": 1}]]
    assert (found["distinct_count"], found["percent_null"]) == ([2], [25.0])


@pytest.mark.parametrize(
    ("values", "kind", "least"),
    [
        ([datetime(2013, 1, 1, tzinfo=UTC), None], pa.timestamp("us", "UTC"), 1356998400.0),
        ([np.datetime64("2013-01-01T00:00:00.5", "us")], pa.timestamp("us"), 1356998400.5),
        ([date(2013, 1, 1)], pa.date32(), 1356998400.0),
    ],
)
def test_times_are_seconds(values: list[Any], kind: pa.DataType, least: float) -> None:
    """The least and greatest of times are seconds since 1970; they have no mean, as on Databricks."""
    found = profiled(values, [0] * len(values), 1, kind)
    assert (found["min"], found["max"], found["median"]) == ([least], [least], [least])
    assert not {"avg", "stddev", "num_zeros", "num_nan"} & found.keys()


def test_other_types_have_counts_only() -> None:
    """Of what is no number, text or time only nulls are told."""
    found = profiled([b"x", None, None], [0, 0, 1], 2, pa.binary())
    assert found == {"count": [1, 0], "num_nulls": [1, 1], "percent_null": [50.0, 100.0]}


@pytest.mark.parametrize("kind", [pa.float64(), pa.int32(), pa.string(), pa.bool_(), pa.date32()])
def test_columns_of_nulls_and_no_rows(kind: pa.DataType) -> None:
    """A column of nulls only, and one without rows, have counts and nothing else."""
    for values in ([None, None], []):
        found = profiled(values, [0] * len(values), 1, kind)
        assert found.pop("count") == [0]
        assert found.pop("num_nulls") == [len(values)]
        assert found.pop("percent_null") == [100.0 if values else None]
        assert found.pop("distinct_count") == [0]
        assert {value for (value,) in found.values()} <= {None, 0}


def test_large_integers_stay_apart() -> None:
    """Integers beyond what doubles tell apart are still different values."""
    values = [2**53, 2**53 + 1]
    assert profiled(values, [0, 0], 1, pa.int64())["distinct_count"] == [2]


def test_infinite_values_do_no_harm() -> None:
    """Infinity is a value like others; what can't be told of it is null."""
    found = profiled([1.0, float("inf"), float("-inf")], [0, 0, 0], 1, pa.float64())
    assert (found["min"], found["max"]) == ([float("-inf")], [float("inf")])
    assert (found["avg"], found["stddev"]) == ([None], [None])


def _percent(part: float, whole: int) -> float:
    return 100.0 * part / whole if whole else np.nan


def _compare(found: dict[str, list[Any]], group: int, **expected: float) -> None:
    for name, value in expected.items():
        if np.isnan(value):
            assert found[name][group] is None
        else:
            assert found[name][group] == pytest.approx(value, rel=1e-9, abs=1e-9)
