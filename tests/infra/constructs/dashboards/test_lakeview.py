"""The builder writes what Databricks reads."""

from __future__ import annotations

import json

import pytest

from infra.constructs.dashboards.lakeview import (
    Bar,
    Board,
    Column,
    Counter,
    Dataset,
    Filter,
    Line,
    Page,
    Row,
    Table,
    Text,
    Widget,
)
from tests.infra.constructs.dashboards.grid import Grid

TRIPS = Dataset("trips", "Trips", "SELECT day, zone, fare\nFROM trips")
DAY, FARE, TIP, ZONE = (Column(name, name.capitalize()) for name in ("day", "fare", "tip", "zone"))
FARES = Line(title="Fares", dataset=TRIPS, x=DAY, y=(FARE,), color=ZONE)


def _board(*rows: Row) -> Board:
    return Board((Page("summary", "Summary", rows),))


def _spec(widget: Widget) -> dict[str, object]:
    (written,) = Grid(_board(Row(1, (widget,))).serialize()).widgets()
    spec: dict[str, object] = written["spec"]
    return spec


def test_a_dataset_is_written_once_however_often_it_is_shown() -> None:
    """Its query by lines, as the editor keeps them."""
    board = _board(Row(2, (Counter("Fare", TRIPS, "fare"), FARES)), Row(2, (Table("All", TRIPS, (DAY,)),)))
    (dataset,) = json.loads(board.serialize())["datasets"]
    lines = ["SELECT day, zone, fare\n", "FROM trips"]
    assert dataset == {"name": "trips", "displayName": "Trips", "queryLines": lines}


def test_a_row_shares_the_width_of_the_page() -> None:
    """Rows follow each other; what does not divide stays free at the right."""
    counters = tuple(Counter(f"Fare {number}", TRIPS, "fare") for number in range(5))
    page = json.loads(_board(Row(2, counters), Row(7, (FARES,))).serialize())["pages"][0]
    assert (page["pageType"], page["layoutVersion"]) == ("PAGE_TYPE_CANVAS", "GRID_V1")
    places = [
        tuple(item["position"][key] for key in ("x", "y", "width", "height")) for item in page["layout"]
    ]
    assert places == [(0, 0, 2, 2), (2, 0, 2, 2), (4, 0, 2, 2), (6, 0, 2, 2), (8, 0, 2, 2), (0, 2, 12, 7)]


@pytest.mark.parametrize(
    ("widget", "kind", "version", "encodings"),
    [
        (
            Counter("Fare", TRIPS, "fare"),
            "counter",
            2,
            {"value": {"fieldName": "fare", "displayName": "Fare"}},
        ),
        (
            FARES,
            "line",
            3,
            {
                "x": {"fieldName": "day", "displayName": "Day", "scale": {"type": "temporal"}},
                "y": {"fieldName": "fare", "displayName": "Fare", "scale": {"type": "quantitative"}},
                "color": {"fieldName": "zone", "displayName": "Zone", "scale": {"type": "categorical"}},
            },
        ),
        (
            Bar(title="Both", dataset=TRIPS, x=ZONE, y=(FARE, TIP), scale="categorical"),
            "bar",
            3,
            {
                "x": {"fieldName": "zone", "displayName": "Zone", "scale": {"type": "categorical"}},
                "y": {
                    "fields": [
                        {"fieldName": "fare", "displayName": "Fare"},
                        {"fieldName": "tip", "displayName": "Tip"},
                    ],
                    "scale": {"type": "quantitative"},
                },
            },
        ),
        (
            Table("All", TRIPS, (DAY, ZONE)),
            "table",
            1,
            {
                "columns": [
                    {"fieldName": "day", "displayName": "Day"},
                    {"fieldName": "zone", "displayName": "Zone"},
                ]
            },
        ),
        (
            Filter("Days", "day", (TRIPS,), is_date=True),
            "filter-date-range-picker",
            2,
            {"fields": [{"fieldName": "day", "displayName": "Days", "queryName": "trips_day"}]},
        ),
        (
            Filter("Zones", "zone", (TRIPS,)),
            "filter-multi-select",
            2,
            {"fields": [{"fieldName": "zone", "displayName": "Zones", "queryName": "trips_zone"}]},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_widgets_are_drawn_as_the_format_has_it(
    widget: Widget, kind: str, version: int, encodings: object
) -> None:
    """Each with the version that its kind has in dashboards that Databricks publishes."""
    assert _spec(widget) == {
        "version": version,
        "widgetType": kind,
        "encodings": encodings,
        "frame": {"showTitle": True, "title": widget.title},
    }


def test_a_query_asks_for_each_column_once() -> None:
    """As plain fields: the datasets' own SQL has aggregated them."""
    line = Line(title="Fares", dataset=TRIPS, x=DAY, y=(FARE,), color=DAY)
    (widget,) = Grid(_board(Row(1, (line,))).serialize()).widgets()
    fields = [{"name": name, "expression": f"`{name}`"} for name in ("day", "fare")]
    query = {"datasetName": "trips", "fields": fields, "disaggregated": True}
    assert widget["queries"] == [{"name": "main_query", "query": query}]


def test_words_have_no_query() -> None:
    """Markdown by lines."""
    text = Text("About", "# Trips\nAll of them")
    (widget,) = Grid(_board(Row(1, (text,))).serialize()).widgets()
    lines = ["# Trips\n", "All of them"]
    assert widget == {"name": "summary-about", "multilineTextboxSpec": {"lines": lines}}


def test_the_same_dashboard_is_the_same_text() -> None:
    """In one line, in which nothing but a change differs: a plan shows that by JSON's own lines."""
    rows = (Row(2, (FARES,)),)
    assert _board(*rows).serialize() == _board(*rows).serialize()
    before, after = (_board(Row(height, (FARES,))).serialize() for height in (2, 3))
    assert "\n" not in before
    assert after == before.replace('"height":2,', '"height":3,') != before
