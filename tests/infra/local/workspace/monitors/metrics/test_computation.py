"""The metric tables' rows as a whole, of tables that hypothesis makes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.workspace.catalog.columns import read_columns
from infra.local.workspace.engine.delta import delta_schema
from infra.local.workspace.monitors.definition import Definition
from infra.local.workspace.monitors.metrics.columns import Ints
from infra.local.workspace.monitors.metrics.computation import Computation, Instants, Metrics
from infra.local.workspace.monitors.metrics.groups import BASELINE, INPUT, Grouping
from infra.local.workspace.monitors.metrics.profile import Cells
from infra.local.workspace.monitors.metrics.rows import Extract, Rows
from infra.local.workspace.monitors.schema import drift_columns, profile_columns

_TYPES = {"at": "timestamp", "number": "double", "word": "string", "flag": "boolean", "model": "string"}
_ARROW = pa.schema(
    [
        ("at", pa.timestamp("us", "UTC")),
        ("number", pa.float64()),
        ("word", pa.string()),
        ("flag", pa.bool_()),
        ("model", pa.string()),
    ]
)
_DAY = 86_400_000_000
_CELLS: dict[str, st.SearchStrategy[Any]] = {
    "at": st.none() | st.integers(0, 90 * _DAY),
    "number": st.none() | st.sampled_from([0.0, 1.0, float("nan"), float("inf"), -1e300, 1e-300]),
    "word": st.none() | st.sampled_from(["", "a", "b"]),
    "flag": st.none() | st.booleans(),
    "model": st.none() | st.sampled_from(["1", "2"]),
}
_TABLES = st.lists(st.fixed_dictionaries(_CELLS), max_size=12)
_REGRESSION = {
    "timestamp_col": "at",
    "granularities": ["1 month", "1 week"],
    "prediction_col": "number",
    "label_col": "number",
    "model_id_col": "model",
    "problem_type": "PROBLEM_TYPE_REGRESSION",
}
_CLASSES = {"problem_type": "PROBLEM_TYPE_CLASSIFICATION", "prediction_col": "word", "label_col": "flag"}
_LOG: dict[str, Any] = {"inference_log": _REGRESSION, "slicing_exprs": ["word"]}
_DEFINITIONS: list[dict[str, Any]] = [
    _LOG,
    {**_LOG, "inference_log": {**_REGRESSION, **_CLASSES}},
    {"time_series": {"timestamp_col": "at", "granularities": ["1 day"]}},
    {"snapshot": {}, "slicing_exprs": ["word"]},
]
_PROFILE_KEY = ("window", "granularity", "log_type", "slice_key", "slice_value", "model", "column_name")
_DRIFT_KEY = ("window", "granularity", "drift_type", "slice_key", "slice_value", "model", "column_name")


class _NoMetrics:
    """Nobody defined any."""

    def aggregate(self, _rows: Rows, _grouping: Grouping) -> Mapping[str, Cells]:
        return {}

    def compare(self, _cells: Mapping[str, Cells], _groups: Ints, _references: Ints) -> Mapping[str, Cells]:
        return {}


def _extract(table: list[dict[str, Any]], definition: Definition) -> Extract:
    cells = pa.Table.from_pylist(table, schema=_ARROW)
    slices = tuple(cells.column(name) for name in definition.slices)
    return Extract(3, cells, cells.column("at"), cells.column("model"), slices)


def _schema(columns: Mapping[str, str]) -> pa.Schema:
    declared = read_columns([{"name": name, "type_text": kind} for name, kind in columns.items()])
    return pa.schema(delta_schema(declared).to_arrow())


def _compute(definition: Definition, table: list[dict[str, Any]], baseline: list[dict[str, Any]]) -> Metrics:
    extracts = {INPUT: _extract(table, definition), BASELINE: _extract(baseline, definition)}
    now = np.datetime64("2020-01-01", "us")
    computation = Computation(
        Rows.join(extracts, _TYPES),
        definition,
        monitor_version=2,
        instants=Instants(now, now),
        custom=_NoMetrics(),
        checkpoint=lambda: None,
    )
    return computation.run(_schema(profile_columns(definition)), _schema(drift_columns(definition)))


@pytest.mark.parametrize("document", _DEFINITIONS)
@settings(max_examples=15)
@given(table=_TABLES, baseline=_TABLES)
def test_any_table_has_metrics(
    document: dict[str, Any], table: list[dict[str, Any]], baseline: list[dict[str, Any]]
) -> None:
    """Whatever is in a table, its metrics can be told: each once, and the same again."""
    definition = Definition.read(document)
    metrics = _compute(definition, table, baseline)
    for rows, key in ((metrics.profile, _PROFILE_KEY), (metrics.drift, _DRIFT_KEY)):
        names = [name for name in key if name in rows.column_names]
        counted = Counter(str(row) for row in rows.select(names).to_pylist())
        assert set(counted.values()) <= {1}
    again = _compute(definition, table, baseline)
    assert str(again.profile.to_pylist()) == str(metrics.profile.to_pylist())
    assert str(again.drift.to_pylist()) == str(metrics.drift.to_pylist())
    whole = [row for row in metrics.profile.to_pylist() if row["column_name"] == ":table"]
    in_baseline = [row["count"] for row in whole if row["log_type"] == "BASELINE" and not row["slice_key"]]
    assert max(in_baseline, default=0) == len(baseline)


def test_whole_months_and_their_slices_add_up() -> None:
    """Every row with a time is counted once a granularity, and once in the slices of its value."""
    table = [
        {"at": day * _DAY, "number": float(day), "word": "ab"[day % 2], "flag": True, "model": "1"}
        for day in range(60)
    ]
    definition = Definition.read(_LOG)
    rows = [
        row for row in _compute(definition, table, []).profile.to_pylist() if row["column_name"] == "number"
    ]
    for granularity in ("1 month", "1 week"):
        for model in ("*", "1"):
            mine = [row for row in rows if (row["granularity"], row["model"]) == (granularity, model)]
            assert sum(row["count"] for row in mine if row["slice_key"] is None) == 60
            assert sum(row["count"] for row in mine if row["slice_key"] == "word") == 60
    assert {row["logging_table_commit_version"] for row in rows} == {3}
    assert {row["monitor_version"] for row in rows} == {2}
