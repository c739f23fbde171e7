"""Groups of rows that metrics are computed of: by source, window, slice and model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from infra.local.workspace.monitors.metrics.columns import Ints
from infra.local.workspace.monitors.metrics.windows import Granularity, Times

INPUT, BASELINE, PREVIOUS = 0, 1, 2
SOURCES = 3
EVERY_MODEL = "*"
MOST_SLICES = 100


@dataclass(frozen=True)
class Factor:
    """One thing that rows are told apart by: each row's place in `labels`, or -1 for rows left out."""

    codes: Ints
    labels: tuple[Any, ...]

    @classmethod
    def none(cls, rows: int, label: object = None) -> Factor:
        """A factor that tells nothing apart."""
        return cls(np.zeros(rows, np.int64), (label,))


def slice_factor(values: pa.ChunkedArray, sources: Ints) -> Factor:
    """Slices by the text of an expression's value; nulls are in none.

    Of more than a hundred values, the most frequent of the monitored table's.
    """
    coded = values.combine_chunks().dictionary_encode()
    codes = np.asarray(pc.fill_null(coded.indices, -1), np.int64)
    texts = coded.dictionary.to_pylist()
    frequency = np.bincount(codes[(codes >= 0) & (sources == INPUT)], minlength=len(texts))
    order = sorted(range(len(texts)), key=lambda index: (-frequency[index], texts[index]))[:MOST_SLICES]
    places = np.full(len(texts) + 1, -1, np.int64)  # the last one, which -1 finds, is for nulls
    places[order] = np.arange(len(order))
    return Factor(places[codes], tuple(texts[index] for index in order))


def model_factor(values: pa.ChunkedArray) -> Factor:
    """Models by their ids as text; rows without one are in none."""
    coded = values.combine_chunks().dictionary_encode()
    codes = np.asarray(pc.fill_null(coded.indices, -1), np.int64)
    return Factor(codes, tuple(coded.dictionary.to_pylist()))


def window_factor(times: Times, granularity: Granularity, sources: Ints) -> Factor:
    """Windows of the monitored table's rows by their beginning; label 0 is for the other sources.

    Rows of the monitored table without a time are in none.
    """
    codes = np.zeros(len(times), np.int64)
    codes[(sources == INPUT) & np.isnat(times)] = -1
    timed = (sources == INPUT) & ~np.isnat(times)
    starts, places = np.unique(granularity.starts(times[timed]), return_inverse=True)
    codes[timed] = places + 1
    return Factor(codes, (None, *starts))


@dataclass(frozen=True)
class Grouping:
    """Rows in groups: `codes` is each row's group or -1, the other arrays tell what each group is of."""

    codes: Ints
    source: Ints
    window: Ints
    slice: Ints
    model: Ints
    windows: tuple[Any, ...]
    slices: tuple[str | None, ...]
    models: tuple[str | None, ...]
    slice_key: str | None = None
    granularity: Granularity | None = None

    @classmethod
    def of(
        cls,
        sources: Ints,
        window: Factor,
        slices: Factor,
        models: Factor,
        *,
        slice_key: str | None = None,
        granularity: Granularity | None = None,
    ) -> Grouping:
        """Group rows by all factors together; groups without rows are not."""
        shape = (SOURCES, len(window.labels), len(slices.labels), len(models.labels))
        factors = (sources, window.codes, slices.codes, models.codes)
        kept = np.logical_and.reduce([codes >= 0 for codes in factors])
        codes = np.full(len(sources), -1, np.int64)
        keys, codes[kept] = np.unique(_ravel([each[kept] for each in factors], shape), return_inverse=True)
        source, when, where, which = (np.asarray(each) for each in np.unravel_index(keys, shape))
        return cls(
            codes,
            source,
            when,
            where,
            which,
            windows=window.labels,
            slices=slices.labels,
            models=models.labels,
            slice_key=slice_key,
            granularity=granularity,
        )

    def __len__(self) -> int:
        return len(self.source)

    def previous(self) -> Ints:
        """For each group of the monitored table the one of the window just before; -1 where none is.

        Of a snapshot, the window before is what was there at the refresh before.
        """
        if self.granularity is None:
            return self._find(np.full(len(self), PREVIOUS), self.window)
        if len(self.windows) == 1:
            return np.full(len(self), -1)
        starts = np.array(self.windows[1:], "datetime64[us]")
        before = self.granularity.shift(starts, -1)
        places = np.searchsorted(starts, before)
        found = np.where(starts[places.clip(max=len(starts) - 1)] == before, places + 1, -1)
        return self._find(self.source, np.concatenate([[-1], found])[self.window])

    def baseline(self) -> Ints:
        """For each group of the monitored table the baseline's of the same slice and model; -1: none."""
        return self._find(np.full(len(self), BASELINE), np.zeros(len(self), np.int64))

    def _find(self, source: NDArray[Any], window: Ints) -> Ints:
        shape = (SOURCES, len(self.windows), len(self.slices), len(self.models))
        keys = _ravel([self.source, self.window, self.slice, self.model], shape)
        wanted = _ravel([source, window.clip(min=0), self.slice, self.model], shape)
        places = np.searchsorted(keys, wanted).clip(max=max(len(keys) - 1, 0))
        there = (keys[places] == wanted) & (window >= 0) & (self.source == INPUT)
        return np.where(there, places, -1)


def _ravel(codes: list[Any], shape: tuple[int, ...]) -> Ints:
    """One number for each combination of codes."""
    return np.asarray(np.ravel_multi_index(tuple(codes), shape), np.int64)
