"""Whether a model version's errors are small enough, on the whole and for everyone."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.checks.check import Check
from pipelines.checks.result import Result

if TYPE_CHECKING:
    import numpy as np

    from pipelines.checks.candidate import Candidate


def mean_error(*, at_most: float) -> Check:
    """Return the check of the mean absolute error on all held-out rows."""

    def ask(candidate: "Candidate") -> Result:
        error = float(candidate.errors.mean())
        return Result(error <= at_most, f"mean absolute error {error:.2f} of at most {at_most:g}")

    return Check("performance", ask)


def mean_error_by(column: str, *, at_most: float, fewest_rows: int) -> Check:
    """Return the check of the mean absolute error of every value of a column.

    Values with fewer rows are not judged; a column in which no value has as many fails, as nothing was
    shown.
    """

    def ask(candidate: "Candidate") -> Result:
        return judge_slices(candidate.errors, candidate.rows[column], at_most, fewest_rows)

    return Check(f"slice_{column}", ask)


def judge_slices(
    errors: "np.ndarray[Any, Any]", groups: "pd.Series[Any]", limit: float, fewest_rows: int
) -> Result:
    """Return whether every group's mean is within the limit, and which is the worst or beyond it."""
    found = pd.Series(errors).groupby(groups.to_numpy()).agg(["mean", "size"])
    judged = found[found["size"] >= fewest_rows].sort_values("mean", ascending=False)
    if judged.empty:
        return Result(passed=False, detail=f"no {groups.name} has {fewest_rows} held-out rows")
    within = judged["mean"] <= limit  # of no number at all: false
    shown = judged.head(1) if within.all() else judged[~within]
    listed = ", ".join(f"{value} {mean:.2f}" for value, mean in shown["mean"].items())
    skipped = len(found) - len(judged)
    scope = f"of {len(judged)} judged" + (f", {skipped} too small" if skipped else "")
    word = "highest" if within.all() else "over"
    return Result(bool(within.all()), f"limit {limit:g}, {word}: {listed} ({scope})")
