"""Whether a model version is fast and small enough to be served."""

import time
from typing import TYPE_CHECKING

import numpy as np

from pipelines.checks.check import Check
from pipelines.checks.result import Result

if TYPE_CHECKING:
    import pandas

    from pipelines.checks.candidate import Candidate
    from pipelines.scoring import Scorer

ASKED = 50
"""Rows that are predicted one by one."""


def answers_within(milliseconds: float) -> Check:
    """Return the check of the time that one row takes: the median, so that a busy moment decides nothing.

    It is the model's own, with the signature's checks, in this process: no network, no server.
    """

    def ask(candidate: "Candidate") -> Result:
        rows = candidate.rows.head(ASKED + 1)
        taken = [_time(candidate.scorer, rows.iloc[[number]]) for number in range(len(rows))][1:]
        if not taken:
            return Result(passed=False, detail="there are no two held-out rows to predict")
        median, slowest = float(np.median(taken)), max(taken)
        told = f"median {median:.1f} ms of at most {milliseconds:g} ms"
        return Result(median <= milliseconds, f"{told} (slowest of {len(taken)}: {slowest:.1f} ms)")

    return Check("latency", ask)


def _time(scorer: "Scorer", row: "pandas.DataFrame") -> float:
    """Return the milliseconds that a prediction takes."""
    started = time.perf_counter()
    scorer.predict(row)
    return (time.perf_counter() - started) * 1000


def fits_in(megabytes: float) -> Check:
    """Return the check of the size of a process that has loaded the model, its libraries included."""

    def ask(candidate: "Candidate") -> Result:
        size = candidate.megabytes
        return Result(size <= megabytes, f"{size:.0f} MB with its libraries, of at most {megabytes:g} MB")

    return Check("memory", ask)
