"""Scores as tables."""

from __future__ import annotations

import pandas as pd

from pipelines.scores import Scores, write_table

SCORES = Scores(
    table=pd.DataFrame(
        [
            {
                "slice": "all",
                "rows": 3000,
                "metric": "mean_absolute_error",
                "version": 18.5,
                "heuristic": 20.25,
            },
            {"slice": "all", "rows": 3000, "metric": "share", "version": 0.5, "heuristic": 0.25},
            {
                "slice": "carrier UA",
                "rows": 2000,
                "metric": "mean_absolute_error",
                "version": 17.0,
                "heuristic": 1e3,
            },
        ]
    ),
    names={"version": "this version", "heuristic": "timetable"},
    remark="",
)


def test_metrics_are_shown_side_by_side() -> None:
    """Each entrant is a column, by its name for people."""
    assert write_table(SCORES, SCORES.overall, "metric").splitlines() == [
        "| metric | this version | timetable |",
        "|---|---|---|",
        "| mean_absolute_error | 18.500 | 20.250 |",
        "| share | 0.500 | 0.250 |",
    ]


def test_slices_tell_their_rows() -> None:
    """Slices stand with how many rows they are of."""
    slices = SCORES.table[SCORES.table["slice"] != "all"]
    assert (
        write_table(SCORES, slices, "slice").splitlines()[2] == "| carrier UA | 2,000 | 17.000 | 1000.000 |"
    )


def test_error_is_of_all_rows() -> None:
    """An entrant's error is that of no slice."""
    assert SCORES.error("heuristic") == 20.25
