"""Custom metrics: SQL expressions of a monitor's owner, run with its creator's rights.

The engine sees the rows that were read, each with the number of its group; it is not asked to read the
table again. An expression may name a parameter as `{{input_column}}`; nothing else of Jinja is served.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from infra.local.workspace.engine.identifiers import quote
from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.monitors.definition import TABLE, CustomMetric, Definition, Profile
from infra.local.workspace.monitors.metrics.columns import Ints
from infra.local.workspace.monitors.metrics.groups import Grouping
from infra.local.workspace.monitors.metrics.profile import Cells
from infra.local.workspace.monitors.metrics.rows import Rows
from infra.local.workspace.monitors.statements import Statements

_PARAMETER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_GROUP = "__group"
_ROWS, CURRENT, BASE = "monitored_rows", "current_df", "base_df"


class SqlMetrics:
    """The custom metrics of one definition, computed in one session; columns are told in lower case."""

    def __init__(self, statements: Statements, definition: Definition) -> None:
        self._statements = statements
        self._profile = definition.profile
        self._metrics = definition.metrics

    def aggregate(self, rows: Rows, grouping: Grouping) -> Mapping[str, Cells]:
        """The aggregate and derived metrics of each group, by input column."""
        found: dict[str, Cells] = {}
        columns = self._inputs("aggregate", "derived")
        if columns:
            self._offer_rows(rows, grouping)
        for column in columns:
            inner = ", ".join([_GROUP, *self._items("aggregate", column)])
            outer = ", ".join(["*", *self._items("derived", column)])
            text = f"SELECT {outer} FROM (SELECT {inner} FROM {_ROWS} GROUP BY {_GROUP})"  # noqa: S608 (run with its owner's rights)
            found[column] = _by_place(self._statements.run(text), len(grouping))
        return found

    def compare(self, cells: Mapping[str, Cells], groups: Ints, references: Ints, /) -> Mapping[str, Cells]:
        """The drift metrics of groups against their references, by input column, in the groups' order."""
        found = {}
        for column in self._inputs("drift"):
            own = cells.get(column, {})
            for name, places in ((CURRENT, groups), (BASE, references)):
                taken = {key: array.take(pa.array(places)) for key, array in own.items()}
                numbers = pa.array(np.arange(len(places)))
                self._statements.offer(name, pa.table({_GROUP: numbers, **taken}))
            items = ", ".join([f"{CURRENT}.{_GROUP}", *self._items("drift", column)])
            join = f"{CURRENT} JOIN {BASE} ON {CURRENT}.{_GROUP} = {BASE}.{_GROUP}"
            text = f"SELECT {items} FROM {join}"  # noqa: S608 (run with its owner's rights)
            found[column] = _by_place(self._statements.run(text), len(groups))
        return found

    def _offer_rows(self, rows: Rows, grouping: Grouping) -> None:
        """Show the engine the rows that are in a group, of those columns that an expression can mean."""
        wanted = "\n".join(self._expressions()).lower()
        names = [name for name in rows.cells.column_names if name.lower() in wanted]
        kept = np.flatnonzero(grouping.codes >= 0)
        taken = rows.cells.select(names).take(pa.array(kept)) if names else pa.table({})
        columns = dict(zip(taken.column_names, taken.columns, strict=True))
        self._statements.offer(_ROWS, pa.table({_GROUP: pa.array(grouping.codes[kept]), **columns}))

    def _expressions(self) -> Iterator[str]:
        for metric in self._metrics:
            for column in metric.input_columns:
                yield render(metric, column, self._profile)

    def _inputs(self, *kinds: str) -> Sequence[str]:
        """The input columns of metrics of some kinds, each once."""
        columns: Iterable[str] = (
            name for metric in self._metrics if metric.kind in kinds for name in metric.input_columns
        )
        return list(dict.fromkeys(columns))

    def _items(self, kind: str, column: str) -> list[str]:
        """Select items of the metrics of a kind that are computed for an input column."""
        return [
            f"CAST(({render(metric, column, self._profile)}) AS {metric.sql_type}) AS {quote([metric.name])}"
            for metric in self._metrics
            if metric.kind == kind and column in metric.input_columns
        ]


def render(metric: CustomMetric, column: str, profile: Profile) -> str:
    """The SQL of a metric's expression for one of its input columns."""
    parameters = {
        "input_column": "" if column == TABLE else column,
        "prediction_col": profile.prediction,
        "label_col": profile.label,
        "timestamp_col": profile.time,
        "model_id_col": profile.model_id,
        **({"current_df": CURRENT, "base_df": BASE} if metric.kind == "drift" else {}),
    }

    def value(match: re.Match[str]) -> str:
        text = parameters.get(match.group(1))
        if not text:
            known = ", ".join(name for name, told in parameters.items() if told)
            raise InvalidParameterError(
                f"Custom metric {metric.name} has no parameter {match.group(0)} for {column}, only {known}."
            )
        return text

    sql = _PARAMETER.sub(value, metric.expression)
    if re.search(r"\{[{%#]", sql):
        raise NotServedError(
            f"The definition of custom metric {metric.name} has more of Jinja than {{{{parameter}}}}: "
            "not served locally."
        )
    return sql


def _by_place(rows: pa.Table, length: int) -> Cells:
    """The columns of rows by their group's number; null for a group without a row."""
    places = np.full(length, -1, np.int64)
    places[np.asarray(rows.column(_GROUP))] = np.arange(rows.num_rows)
    index = pa.array(places, mask=places < 0)
    return {
        name: rows.column(name).combine_chunks().take(index) for name in rows.column_names if name != _GROUP
    }
