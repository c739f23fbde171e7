"""The rows that metrics are computed of: of the monitored table, its baseline, the refresh before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from infra.local.workspace.monitors.definition import INFERENCE_LOG, Definition
from infra.local.workspace.monitors.metrics.columns import Column, Ints, read_column
from infra.local.workspace.monitors.metrics.groups import (
    EVERY_MODEL,
    Factor,
    Grouping,
    model_factor,
    slice_factor,
    window_factor,
)
from infra.local.workspace.monitors.metrics.windows import Granularity, Times


@dataclass(frozen=True)
class Extract:
    """What was read of a table at a version: its columns, and what its rows are told apart by."""

    version: int
    cells: pa.Table
    times: pa.ChunkedArray
    models: pa.ChunkedArray
    slices: tuple[pa.ChunkedArray, ...]


@dataclass(frozen=True)
class Rows:
    """The rows of all sources, one after the other; `cells` as they were read, `columns` to be counted."""

    columns: tuple[Column, ...]
    cells: pa.Table
    versions: Mapping[int, int]
    sources: Ints
    times: Times
    models: pa.ChunkedArray
    slices: tuple[pa.ChunkedArray, ...]

    @classmethod
    def join(cls, extracts: Mapping[int, Extract], types: Mapping[str, str]) -> Rows:
        """Join what was read of each source; `types` are the SQL types of the columns by their names."""
        told = list(extracts.values())
        cells = pa.concat_tables([each.cells for each in told])
        columns = tuple(read_column(name, kind, cells.column(name)) for name, kind in types.items())
        return cls(
            columns,
            cells,
            {source: extract.version for source, extract in extracts.items()},
            np.repeat(list(extracts), [each.cells.num_rows for each in told]).astype(np.int64),
            np.asarray(_concat([each.times for each in told]).cast(pa.timestamp("us")), "datetime64[us]"),
            _concat([each.models for each in told]),
            tuple(_concat(list(parts)) for parts in zip(*(each.slices for each in told), strict=True)),
        )

    def __len__(self) -> int:
        return len(self.sources)

    def column(self, name: str) -> Column:
        """The column of a name, in whatever case."""
        return next(column for column in self.columns if column.name.lower() == name.lower())

    def groupings(self, definition: Definition) -> Iterator[Grouping]:
        """Every way in which the rows are grouped: by each granularity, as a whole and by each slice.

        Those of an inference log, each over all models and by model.
        """
        granularities: tuple[Granularity | None, ...] = definition.profile.granularities or (None,)
        slicings: list[tuple[str | None, Factor]] = [(None, Factor.none(len(self)))]
        for expression, values in zip(definition.slices, self.slices, strict=True):
            slicings.append((expression, slice_factor(values, self.sources)))
        for granularity in granularities:
            window = self._windows(granularity)
            for key, slices in slicings:
                for models in self._models(definition):
                    yield Grouping.of(
                        self.sources, window, slices, models, slice_key=key, granularity=granularity
                    )

    def _windows(self, granularity: Granularity | None) -> Factor:
        if granularity is None:
            return Factor.none(len(self))
        return window_factor(self.times, granularity, self.sources)

    def _models(self, definition: Definition) -> tuple[Factor, ...]:
        if definition.profile.kind != INFERENCE_LOG:
            return (Factor.none(len(self)),)
        return (Factor.none(len(self), EVERY_MODEL), model_factor(self.models))


def _concat(parts: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks], parts[0].type)
