"""Whether a model version's errors are small enough, on the whole and for everyone."""

from typing import Any

import numpy as np
import pandas as pd

from pipelines.checks.result import Result


def check_overall(errors: np.ndarray[Any, Any], limit: float) -> Result:
    """The mean absolute error on all held-out rows is within the limit."""
    error = float(errors.mean())
    return Result("performance", error <= limit, f"mean absolute error {error:.2f} of at most {limit:g}")


def check_slices(
    errors: np.ndarray[Any, Any], groups: "pd.Series[Any]", limit: float, *, fewest: int
) -> Result:
    """The mean absolute error of every value of a column is within the limit.

    Values with fewer rows than `fewest` are not judged; a column in which no value has as many fails,
    as nothing was shown.
    """
    name = f"slice_{groups.name}"
    found = pd.Series(errors).groupby(groups.to_numpy()).agg(["mean", "size"])
    judged = found[found["size"] >= fewest].sort_values("mean", ascending=False)
    if judged.empty:
        return Result(name, passed=False, detail=f"no {groups.name} has {fewest} held-out rows")
    bad = judged[judged["mean"] > limit]
    shown = bad if len(bad) else judged.head(1)
    listed = ", ".join(f"{value} {mean:.2f}" for value, mean in shown["mean"].items())
    skipped = len(found) - len(judged)
    scope = f"of {len(judged)} judged" + (f", {skipped} too small" if skipped else "")
    word = "over" if len(bad) else "highest"
    return Result(name, bad.empty, f"limit {limit:g}, {word}: {listed} ({scope})")
