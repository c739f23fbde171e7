"""Which rows are grouped, and which groups are compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from infra.local.workspace.monitors.metrics.columns import Ints
from infra.local.workspace.monitors.metrics.groups import (
    BASELINE,
    INPUT,
    PREVIOUS,
    Factor,
    Grouping,
    model_factor,
    slice_factor,
    window_factor,
)
from infra.local.workspace.monitors.metrics.windows import parse_granularity

_MONTH = parse_granularity("1 month")


def _sources(*parts: tuple[int, int]) -> Ints:
    return np.concatenate([np.full(rows, source, np.int64) for source, rows in parts])


def _times(*texts: str) -> Any:
    return np.array(texts, "datetime64[us]")


def _texts(*values: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, pa.string())])


def _by_month(*texts: str) -> Grouping:
    sources, times = _sources((INPUT, len(texts))), _times(*texts)
    nothing = Factor.none(len(texts))
    return Grouping.of(sources, window_factor(times, _MONTH, sources), nothing, nothing, granularity=_MONTH)


def test_windows_are_compared_with_the_one_just_before() -> None:
    """A month after an empty one is compared with none; a row without a time is in none."""
    grouping = _by_month("2013-01-05", "2013-04-01", "2013-02-28T23:59:59", "NaT", "2013-01-31")
    assert grouping.codes.tolist() == [0, 2, 1, -1, 0]
    assert grouping.previous().tolist() == [-1, 0, -1]
    assert grouping.baseline().tolist() == [-1, -1, -1]


def test_slices_and_models_are_compared_with_their_own() -> None:
    """A group's references are of the same slice and model; what the baseline lacks has none."""
    sources = _sources((INPUT, 4), (BASELINE, 3))
    times = _times(*["2013-01-01"] * 2, *["2013-02-01"] * 2, *["NaT"] * 3)
    slices = slice_factor(_texts("a", "b", "a", "b", "a", "a", "c"), sources)
    models = model_factor(_texts("1", "1", "1", "2", "1", "2", "1"))
    grouping = Grouping.of(sources, window_factor(times, _MONTH, sources), slices, models, granularity=_MONTH)
    named = [
        (grouping.windows[w], grouping.slices[s], grouping.models[m])
        for w, s, m in zip(grouping.window, grouping.slice, grouping.model, strict=True)
    ]
    january, february = np.datetime64("2013-01-01", "us"), np.datetime64("2013-02-01", "us")
    previous = dict(zip(named, [named[i] if i >= 0 else None for i in grouping.previous()], strict=True))
    assert previous[february, "a", "1"] == (january, "a", "1")
    assert previous[february, "b", "2"] is None
    baseline = dict(zip(named, [named[i] if i >= 0 else None for i in grouping.baseline()], strict=True))
    assert baseline[january, "a", "1"] == (None, "a", "1")
    assert baseline[january, "b", "1"] is None
    assert baseline[None, "a", "1"] is None


def test_snapshots_are_compared_with_the_refresh_before() -> None:
    """The whole of a table is one group, compared with the whole of the time before."""
    sources = _sources((INPUT, 2), (PREVIOUS, 3))
    nothing = Factor.none(5)
    grouping = Grouping.of(sources, nothing, nothing, nothing)
    assert grouping.source.tolist() == [INPUT, PREVIOUS]
    assert grouping.previous().tolist() == [1, -1]


def test_the_hundred_most_frequent_values_are_slices() -> None:
    """Of more values than a hundred the rare ones are no slices; the baseline's frequencies don't count."""
    values = [f"{number:03}" for number in range(120)]
    many = _texts(*values, "119", *["000"] * 5, None)
    sources = _sources((INPUT, 121), (BASELINE, 6))
    factor = slice_factor(many, sources)
    assert (len(factor.labels), factor.labels[:2]) == (100, ("119", "000"))
    assert factor.codes[-1] == factor.codes[110] == -1
    assert factor.codes[119] == 0


def test_no_rows_make_no_groups() -> None:
    """An empty table has no group, and nothing is compared."""
    grouping = _by_month()
    assert len(grouping) == len(grouping.previous()) == len(grouping.baseline()) == 0
