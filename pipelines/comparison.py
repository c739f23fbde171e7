"""Whether one set of predictions is better than another on the same rows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Sequence

RESAMPLES = 2000
FEWEST_DAYS = 5


@dataclass(frozen=True)
class Comparison:
    """Mean absolute errors on the same rows, and how much the challenger surely gains."""

    challenger: float
    baseline: float
    at_least: float  # the gain is larger than this with a confidence of 95%
    rows: int
    days: int

    @property
    def gain(self) -> float:
        """How much smaller the challenger's mean absolute error is."""
        return self.baseline - self.challenger

    @property
    def better(self) -> bool:
        """Whether the challenger is better beyond doubt."""
        return self.at_least > 0

    def describe(self, challenger: str, baseline: str) -> str:
        """Return the comparison in one line."""
        verdict = "better than" if self.better else "not better than"
        return (
            f"{challenger} is {verdict} {baseline}: mean absolute error {self.challenger:.3f} against "
            f"{self.baseline:.3f}, gain {self.gain:.3f} (with 95% confidence over {self.at_least:.3f}) "
            f"on {self.rows:,} rows of {self.days} days"
        )


def compare(
    challenger: "np.ndarray[Any, Any]", baseline: "np.ndarray[Any, Any]", days: "Sequence[str]"
) -> Comparison:
    """Return the comparison of two sets of absolute errors, paired row by row.

    Whole days are resampled: errors of one day depend on each other, as a storm delays everyone, and an
    interval over single rows would be too sure. Raises PipelineError for fewer than 5 days.
    """
    names, day = np.unique(np.asarray(days), return_inverse=True)
    if len(names) < FEWEST_DAYS:
        raise PipelineError(
            f"{len(names)} days of held-out rows are too few to compare on ({FEWEST_DAYS} needed)"
        )
    gains = np.bincount(day, weights=baseline - challenger)
    rows = np.bincount(day)
    drawn = np.random.default_rng(0).integers(len(names), size=(RESAMPLES, len(names)))
    resampled = gains[drawn].sum(axis=1) / rows[drawn].sum(axis=1)
    return Comparison(
        challenger=float(challenger.mean()),
        baseline=float(baseline.mean()),
        at_least=float(np.quantile(resampled, 0.05)),
        rows=len(challenger),
        days=len(names),
    )
