"""What a model of the arrival delay must stand, besides the limits of its errors."""

from typing import TYPE_CHECKING

import numpy as np

from pipelines.checks.result import Result
from pipelines.projects.flights.features import WEATHER

if TYPE_CHECKING:
    from pipelines.checks.candidate import Candidate

EARLIEST, LATEST = -180, 1440
"""Minutes between which a prediction is plausible."""


def check_plausible(candidate: "Candidate") -> Result:
    """Predictions are minutes that a flight may be early or late."""
    low, high = float(np.min(candidate.predictions)), float(np.max(candidate.predictions))
    return Result(low >= EARLIEST and high <= LATEST, f"predictions from {low:.0f} to {high:.0f} minutes")


def check_gaps(candidate: "Candidate") -> Result:
    """Flights without weather and plane, of a carrier that was never seen, still get a number."""
    gaps = candidate.rows.head(100).assign(carrier="??", plane_engine=None)
    for column in (*WEATHER, "plane_age", "plane_seats"):
        gaps[column] = np.nan
    finite = int(np.isfinite(candidate.scorer.predict(gaps)).sum())
    return Result(finite == len(gaps), f"{finite} of {len(gaps)} predictions despite missing inputs")
