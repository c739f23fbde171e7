"""How good predictions of the arrival delay are, in terms of passengers."""

from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.project import Evaluation, Metric

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, Any]

LATE_FROM = 15
"""Minutes from which on the authorities count a flight as late."""


def share_within(predictions: "Numbers", truth: "Numbers") -> float:
    """Return the share of predictions that are less than 15 minutes off."""
    return float((np.abs(predictions - truth) < LATE_FROM).mean())


def late_error(predictions: "Numbers", truth: "Numbers") -> float:
    """Return the mean absolute error of the flights that were late; not a number when none was."""
    errors = np.abs(predictions - truth)[truth >= LATE_FROM]
    return float(errors.mean()) if len(errors) else float("nan")


EVALUATION = Evaluation(
    unit="minutes",
    metrics=(
        Metric(
            name="share_within_15_minutes",
            meaning="Share of flights that are predicted less than 15 minutes off",
            compute=share_within,
            greater_is_better=True,
        ),
        Metric(
            name="late_flights_mean_absolute_error",
            meaning="Mean absolute error of the flights that were 15 minutes late or more",
            compute=late_error,
            greater_is_better=False,
        ),
    ),
    slices=("carrier", "origin"),
)
