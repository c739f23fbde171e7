"""AI/BI dashboards, typed, as the JSON that Databricks keeps of them (`.lvdash.json`).

The format is not documented; what is used here stands in dashboards that Databricks publishes in
bundle-examples. A page is a grid of twelve columns (`GRID_V1`); counters and filters are version 2 of
their widgets, charts version 3, tables version 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Json = dict[str, Any]
Scale = Literal["temporal", "categorical", "quantitative"]
COLUMNS = 12
_QUERY = "main_query"


@dataclass(frozen=True)
class Dataset:
    """A query, by the name that widgets call it."""

    name: str
    title: str
    query: str

    def json(self) -> Json:
        """As the dashboard lists it."""
        lines = self.query.splitlines(keepends=True)
        return {"name": self.name, "displayName": self.title, "queryLines": lines}


@dataclass(frozen=True)
class Column:
    """A column of a dataset, and what it is called where it is shown."""

    name: str
    title: str


@dataclass(frozen=True)
class Text:
    """Words, in Markdown; `title` only names the widget."""

    title: str
    words: str

    def json(self) -> Json:
        """Without a query."""
        return {"multilineTextboxSpec": {"lines": self.words.splitlines(keepends=True)}}

    @property
    def sources(self) -> tuple[Dataset, ...]:
        """Nothing."""
        return ()


@dataclass(frozen=True)
class Counter:
    """One number: that of a dataset of one row."""

    title: str
    dataset: Dataset
    value: str

    def json(self) -> Json:
        """Its query and how it is drawn."""
        encodings = {"value": {"fieldName": self.value, "displayName": self.title}}
        return _drawn(self.dataset, [self.value], _spec("counter", 2, self.title, encodings))

    @property
    def sources(self) -> tuple[Dataset, ...]:
        """What it shows."""
        return (self.dataset,)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Columns of a dataset over another one; `color` tells its rows apart."""

    kind: ClassVar[Literal["line", "bar"]]

    title: str
    dataset: Dataset
    x: Column
    y: tuple[Column, ...]
    color: Column | None = None
    scale: Scale = "temporal"

    def json(self) -> Json:
        """Its query and how it is drawn."""
        shown = [{"fieldName": column.name, "displayName": column.title} for column in self.y]
        measured = shown[0] if len(shown) == 1 else {"fields": shown}
        encodings: Json = {
            "x": {"fieldName": self.x.name, "displayName": self.x.title, "scale": {"type": self.scale}},
            "y": {**measured, "scale": {"type": "quantitative"}},
        }
        columns = [self.x, *self.y]
        if self.color:
            columns.append(self.color)
            encodings["color"] = {
                "fieldName": self.color.name,
                "displayName": self.color.title,
                "scale": {"type": "categorical"},
            }
        names = [column.name for column in columns]
        return _drawn(self.dataset, names, _spec(self.kind, 3, self.title, encodings))

    @property
    def sources(self) -> tuple[Dataset, ...]:
        """What it shows."""
        return (self.dataset,)


class Line(Chart):
    """A line for each column, or for each value of the color's."""

    kind = "line"


class Bar(Chart):
    """Bars."""

    kind = "bar"


@dataclass(frozen=True)
class Table:
    """The rows of a dataset."""

    title: str
    dataset: Dataset
    columns: tuple[Column, ...]

    def json(self) -> Json:
        """Its query and how it is drawn."""
        shown = [{"fieldName": column.name, "displayName": column.title} for column in self.columns]
        names = [column.name for column in self.columns]
        return _drawn(self.dataset, names, _spec("table", 1, self.title, {"columns": shown}))

    @property
    def sources(self) -> tuple[Dataset, ...]:
        """What it shows."""
        return (self.dataset,)


@dataclass(frozen=True)
class Filter:
    """Limits datasets by a column of the same name in each: to a range of dates, or to some values."""

    title: str
    column: str
    sources: tuple[Dataset, ...]
    is_date: bool = False

    def json(self) -> Json:
        """A query for each dataset, which tells the values that there are."""
        queries = [
            {
                "name": f"{dataset.name}_{self.column}",
                "query": {
                    "datasetName": dataset.name,
                    "fields": [_field(self.column)],
                    "disaggregated": False,
                },
            }
            for dataset in self.sources
        ]
        fields = [
            {"fieldName": self.column, "displayName": self.title, "queryName": query["name"]}
            for query in queries
        ]
        kind = "filter-date-range-picker" if self.is_date else "filter-multi-select"
        return {"queries": queries, "spec": _spec(kind, 2, self.title, {"fields": fields})}


Widget = Text | Counter | Line | Bar | Table | Filter


@dataclass(frozen=True)
class Row:
    """Widgets side by side, which share the width of the page."""

    height: int
    widgets: tuple[Widget, ...]


@dataclass(frozen=True)
class Page:
    """Rows of widgets, from the top."""

    name: str
    title: str
    rows: tuple[Row, ...]

    def json(self) -> Json:
        """With the place of each widget in the grid."""
        layout, y = [], 0
        for row in self.rows:
            width = COLUMNS // len(row.widgets)
            for number, widget in enumerate(row.widgets):
                position = {"x": number * width, "y": y, "width": width, "height": row.height}
                named = {"name": f"{self.name}-{_slug(widget.title)}", **widget.json()}
                layout.append({"widget": named, "position": position})
            y += row.height
        return {
            "name": self.name,
            "displayName": self.title,
            "pageType": "PAGE_TYPE_CANVAS",
            "layoutVersion": "GRID_V1",
            "layout": layout,
        }


@dataclass(frozen=True)
class Board:
    """A dashboard: pages, and the datasets that their widgets show."""

    pages: tuple[Page, ...]

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """Each dataset once, in the order in which it is first shown."""
        widgets = [widget for page in self.pages for row in page.rows for widget in row.widgets]
        return tuple(dict.fromkeys(dataset for widget in widgets for dataset in widget.sources))

    def serialize(self) -> str:
        """The dashboard as JSON, always the same text for the same dashboard.

        In one line: Terraform parses a text each time that it looks at the resource, in time that grows with
        the square of the text's lines. A plan shows JSON taken apart however it is written.
        """
        body = {
            "datasets": [dataset.json() for dataset in self.datasets],
            "pages": [page.json() for page in self.pages],
        }
        return json.dumps(body, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def _drawn(dataset: Dataset, columns: Sequence[str], spec: Json) -> Json:
    fields = [_field(column) for column in dict.fromkeys(columns)]
    query = {"datasetName": dataset.name, "fields": fields, "disaggregated": True}
    return {"queries": [{"name": _QUERY, "query": query}], "spec": spec}


def _spec(kind: str, version: int, title: str, encodings: Json) -> Json:
    frame = {"showTitle": True, "title": title}
    return {"version": version, "widgetType": kind, "encodings": encodings, "frame": frame}


def _field(column: str) -> Json:
    return {"name": column, "expression": f"`{column}`"}


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
