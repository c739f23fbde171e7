"""How granularities cut time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.monitors.metrics.windows import ALLOWED, parse_granularity

_YEARS = 100 * 366 * 86_400_000_000
_INSTANTS = st.integers(-_YEARS, 2 * _YEARS).map(lambda microseconds: np.datetime64(microseconds, "us"))


def _window(text: str, time: str) -> tuple[str, str]:
    granularity = parse_granularity(text)
    start = granularity.starts(np.array([np.datetime64(time, "us")]))
    end = granularity.shift(start, 1)
    return str(start[0].astype("datetime64[m]")), str(end[0].astype("datetime64[m]"))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("5 minutes", "2013-03-31T23:55", "2013-04-01T00:00"),
        ("30 minutes", "2013-03-31T23:30", "2013-04-01T00:00"),
        ("1 hour", "2013-03-31T23:00", "2013-04-01T00:00"),
        ("1 day", "2013-03-31T00:00", "2013-04-01T00:00"),
        ("1 week", "2013-03-25T00:00", "2013-04-01T00:00"),
        ("4 weeks", "2013-03-04T00:00", "2013-04-01T00:00"),
        ("1 month", "2013-03-01T00:00", "2013-04-01T00:00"),
        ("1 year", "2013-01-01T00:00", "2014-01-01T00:00"),
    ],
)
def test_windows_touch_and_hold_their_times(text: str, start: str, end: str) -> None:
    """The last minute of a March lies in the window before April, of every granularity."""
    assert _window(text, "2013-03-31T23:59:59.999999") == (start, end)
    assert _window(text, end)[0] == (end if text != "1 year" else "2014-01-01T00:00")


@given(st.sampled_from(ALLOWED), _INSTANTS)
def test_every_time_lies_in_one_window(text: str, time: np.datetime64) -> None:
    """A window holds its time, ends where the next begins, and begins in itself, before 1970 too."""
    granularity = parse_granularity(text)
    instant = np.array([time])
    start = granularity.starts(instant)
    following = granularity.shift(start, 1)
    assert start[0] <= instant[0] < following[0]
    assert granularity.starts(start)[0] == start[0]
    assert granularity.starts(following)[0] == following[0]
    assert granularity.shift(following, -1)[0] == start[0]


@given(_INSTANTS)
def test_weeks_and_months_are_those_of_the_calendar(time: np.datetime64) -> None:
    """Weeks begin on Mondays, months on their first day, as pandas has them."""
    for text, period in (("1 week", "W-SUN"), ("1 month", "M"), ("1 year", "Y")):
        start = pd.Timestamp(time).to_period(period).start_time
        assert parse_granularity(text).starts(np.array([time]))[0] == start


@pytest.mark.parametrize("text", ["2 days", "day", "5 weeks", "", None, 1])
def test_other_granularities_are_refused(text: object) -> None:
    """What Databricks does not know is refused, naming what it knows."""
    with pytest.raises(InvalidParameterError, match="1 day, 1 week"):
        parse_granularity(text)
