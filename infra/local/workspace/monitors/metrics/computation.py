"""The two metric tables of a monitor, computed from its rows.

Rows of the baseline have no window and no granularity. A window of a snapshot is the instant of its
refresh. What is compared with the baseline has no `window_cmp`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from infra.local.workspace.monitors.definition import TABLE, Definition
from infra.local.workspace.monitors.metrics.columns import Ints
from infra.local.workspace.monitors.metrics.distributions import Distributions
from infra.local.workspace.monitors.metrics.drift import drift, subtract
from infra.local.workspace.monitors.metrics.groups import BASELINE, INPUT, PREVIOUS, Grouping
from infra.local.workspace.monitors.metrics.profile import Cells, profile
from infra.local.workspace.monitors.metrics.quality import judge_classification, judge_regression
from infra.local.workspace.monitors.metrics.rows import Rows

_LOG_TYPES = ("INPUT", "BASELINE", None)
_INSTANT = pa.timestamp("us", "UTC")
_WINDOW = pa.struct([("start", _INSTANT), ("end", _INSTANT)])


class CustomMetrics(Protocol):
    """What the monitor's owner defined: by input column in lower case, a cell a group or comparison."""

    def aggregate(self, rows: Rows, grouping: Grouping) -> Mapping[str, Cells]:
        """The aggregate and derived metrics of each group."""

    def compare(self, cells: Mapping[str, Cells], groups: Ints, references: Ints, /) -> Mapping[str, Cells]:
        """The drift metrics of groups against their references, of what `aggregate` gave."""


class Metrics(NamedTuple):
    """The rows of both metric tables."""

    profile: pa.Table
    drift: pa.Table


@dataclass(frozen=True)
class Instants:
    """When a snapshot is taken and when the one before was, in UTC; of no account to other profiles."""

    now: np.datetime64
    before: np.datetime64


class Computation:
    """Computes all metrics of some rows. `checkpoint` is called now and then, and may raise to stop it."""

    def __init__(
        self,
        rows: Rows,
        definition: Definition,
        *,
        monitor_version: int,
        instants: Instants,
        custom: CustomMetrics,
        checkpoint: Callable[[], None],
    ) -> None:
        self._rows = rows
        self._definition = definition
        self._monitor_version = monitor_version
        self._instants = instants
        self._custom = custom
        self._checkpoint = checkpoint

    def run(self, profile_schema: pa.Schema, drift_schema: pa.Schema) -> Metrics:
        """The rows, with the columns that the metric tables have."""
        profiles, drifts = [profile_schema.empty_table()], [drift_schema.empty_table()]
        for grouping in self._rows.groupings(self._definition):
            if not len(grouping):
                continue
            found = self._compute(grouping)
            kept = self._profiled(grouping)
            group_cells = self._profile_group(grouping, kept)
            for name, column_type, cells in found.profiles:
                taken = {key: array.take(pa.array(kept)) for key, array in cells.items()}
                named = {**group_cells, **taken, **_naming(name, column_type, len(kept))}
                profiles.append(_fit(named, profile_schema, len(kept)))
            for comparison in found.comparisons:
                compared = np.flatnonzero(comparison.references >= 0)
                group_cells = self._drift_group(grouping, comparison, compared)
                for name, column_type, cells in comparison.columns:
                    named = {**group_cells, **cells, **_naming(name, column_type, len(compared))}
                    drifts.append(_fit(named, drift_schema, len(compared)))
        return Metrics(pa.concat_tables(profiles), pa.concat_tables(drifts))

    def _profiled(self, grouping: Grouping) -> Ints:
        """The groups that have rows in the profile: the baseline's only once, not for each granularity."""
        is_first = grouping.granularity in (self._definition.profile.granularities or (None,))[:1]
        told = (INPUT, BASELINE) if is_first else (INPUT,)
        return np.flatnonzero(np.isin(grouping.source, told))

    def _compute(self, grouping: Grouping) -> _Found:
        comparisons = [
            _Comparison("CONSECUTIVE", grouping.previous(), []),
            _Comparison("BASELINE", grouping.baseline(), []),
        ]
        comparisons = [each for each in comparisons if (each.references >= 0).any()]
        custom = self._custom.aggregate(self._rows, grouping)
        profiles: list[_ColumnCells] = []
        for column in self._rows.columns:
            self._checkpoint()
            distributions = Distributions.count(column, grouping.codes, len(grouping))
            cells = profile(distributions, grouping.codes)
            profiles.append((column.name, column.data_type, {**cells, **custom.get(column.name.lower(), {})}))
            for comparison in comparisons:
                found = drift(distributions, cells, comparison.references)
                comparison.columns.append((column.name, column.data_type, found))
        table = self._table_cells(grouping, profiles)
        profiles.append((TABLE, None, {**table, **custom.get(TABLE, {})}))
        for comparison in comparisons:
            comparison.columns.append((TABLE, None, _table_drift(table, comparison.references)))
            self._add_custom(comparison, custom)
        return _Found(profiles, comparisons)

    def _add_custom(self, comparison: _Comparison, custom: Mapping[str, Cells]) -> None:
        compared = np.flatnonzero(comparison.references >= 0)
        found = self._custom.compare(custom, compared, comparison.references[compared])
        for name, _, cells in comparison.columns:
            cells.update(found.get(name.lower(), {}))

    def _table_cells(self, grouping: Grouping, profiles: list[_ColumnCells]) -> Cells:
        rows = np.bincount(grouping.codes[grouping.codes >= 0], minlength=len(grouping))
        has_values = np.array([np.asarray(cells["count"]) > 0 for _, _, cells in profiles])
        names = np.array([name for name, _, _ in profiles], object)
        non_null = [names[flags].tolist() for flags in has_values.T]
        cells = {"count": pa.array(rows), "non_null_columns": pa.array(non_null, pa.list_(pa.string()))}
        return cells | self._quality(grouping)

    def _quality(self, grouping: Grouping) -> Cells:
        shape = self._definition.profile
        if not shape.label:
            return {}
        judge = judge_regression if shape.problem == "regression" else judge_classification
        prediction, label = self._rows.column(shape.prediction), self._rows.column(shape.label)
        return judge(prediction, label, grouping.codes, len(grouping))

    def _profile_group(self, grouping: Grouping, groups: Ints) -> Cells:
        sources = grouping.source[groups]
        versions = [self._rows.versions.get(source) for source in sources]
        return {
            **self._common(grouping, groups),
            "log_type": pa.array([_LOG_TYPES[source] for source in sources], pa.string()),
            "logging_table_commit_version": pa.array(versions, pa.int32()),
        }

    def _drift_group(self, grouping: Grouping, comparison: _Comparison, groups: Ints) -> Cells:
        window_cmp = pa.nulls(len(groups), _WINDOW)
        if comparison.kind == "CONSECUTIVE":
            window_cmp = self._windows(grouping, comparison.references[groups])
        kinds = pa.array([comparison.kind] * len(groups), pa.string())
        return {**self._common(grouping, groups), "window_cmp": window_cmp, "drift_type": kinds}

    def _common(self, grouping: Grouping, groups: Ints) -> Cells:
        text = grouping.granularity.text if grouping.granularity else None
        is_input = grouping.source[groups] == INPUT
        cells = {
            "window": self._windows(grouping, groups),
            "granularity": pa.array([text if each else None for each in is_input], pa.string()),
            "monitor_version": pa.array([self._monitor_version] * len(groups), pa.int64()),
            "slice_key": pa.array([grouping.slice_key] * len(groups), pa.string()),
            "slice_value": pa.array([grouping.slices[each] for each in grouping.slice[groups]], pa.string()),
        }
        if model_id := self._definition.profile.model_id:
            models = [grouping.models[each] for each in grouping.model[groups]]
            cells[model_id] = pa.array(models, pa.string())
        return cells

    def _windows(self, grouping: Grouping, groups: Ints) -> pa.Array:
        """The windows of groups; null for those of the baseline."""
        sources = grouping.source[groups]
        if grouping.granularity is None:
            instants = np.where(sources == PREVIOUS, self._instants.before, self._instants.now)
            starts = ends = instants.astype("datetime64[us]")
        else:
            labels = np.array(["NaT", *grouping.windows[1:]], "datetime64[us]")
            starts = labels[grouping.window[groups]]
            ends = grouping.granularity.shift(starts, 1)
        parts = [pa.array(each, pa.timestamp("us")).cast(_INSTANT) for each in (starts, ends)]
        mask = pa.array(sources == BASELINE)
        return pa.StructArray.from_arrays(parts, fields=list(_WINDOW), mask=mask)


_ColumnCells = tuple[str, str | None, Cells]


class _Comparison(NamedTuple):
    kind: str
    references: Ints
    columns: list[_ColumnCells]


class _Found(NamedTuple):
    profiles: list[_ColumnCells]
    comparisons: list[_Comparison]


def _table_drift(table: Cells, references: Ints) -> Cells:
    """How many more rows there are, and how many columns have values that had none, or none any more."""
    groups = np.flatnonzero(references >= 0)
    columns = table["non_null_columns"].to_pylist()
    pairs = [(set(columns[group]), set(columns[references[group]])) for group in groups]
    parts = {
        "added": pa.array([len(now - before) for now, before in pairs], pa.int32()),
        "missing": pa.array([len(before - now) for now, before in pairs], pa.int32()),
    }
    delta = pa.StructArray.from_arrays(list(parts.values()), list(parts))
    counts = {"count": table["count"]}
    return subtract(counts, groups, references[groups]) | {"non_null_columns_delta": delta}


def _naming(name: str, data_type: str | None, rows: int) -> dict[str, Any]:
    return {
        "column_name": pa.array([name] * rows, pa.string()),
        "data_type": pa.array([data_type] * rows, pa.string()),
    }


def _fit(cells: Mapping[str, pa.Array], schema: pa.Schema, rows: int) -> pa.Table:
    """The cells as a table of a schema: null where a column has none."""
    arrays = [
        cells[field.name].cast(field.type) if field.name in cells else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
