"""Months as data arrives in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.months import Month, span

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    "text", ["2013-13", "2013-00", "2013-1", "13-01", "2013/01", "", "2013-01-01", "0000-01"]
)
def test_parse_refuses(text: str) -> None:
    """Anything that isn't a year and a month is refused."""
    with pytest.raises(ValueError, match="2013-01"):
        Month.parse(text)


def test_bounds_follow_the_calendar_of_the_time_zone() -> None:
    """A month begins at local midnight, in winter and in summer time."""
    assert Month(2013, 1).start(NEW_YORK) == datetime(2013, 1, 1, 5, tzinfo=UTC)
    assert Month(2013, 3).end(NEW_YORK) == datetime(2013, 4, 1, 4, tzinfo=UTC)


def test_containing_asks_the_time_zone() -> None:
    """An evening in New York is still in December although UTC is in January."""
    assert Month.containing(datetime(2014, 1, 1, 4, 59, tzinfo=UTC), NEW_YORK) == Month(2013, 12)


def test_span_crosses_years() -> None:
    """A span contains both its ends and goes over the turn of the year."""
    assert [str(month) for month in span(Month(2012, 11), Month(2013, 2))] == [
        "2012-11",
        "2012-12",
        "2013-01",
        "2013-02",
    ]
    assert Month(2013, 1).previous == Month(2012, 12)
    assert list(span(Month(2013, 2), Month(2013, 1))) == []
