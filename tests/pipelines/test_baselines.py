"""What monitors compare with, replaced at a promotion."""

from __future__ import annotations

from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.baselines import write_baselines
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.months import Month
from pipelines.projects.flights import PROJECT
from pipelines.scoring import Scorer

FEATURES = PROJECT.monitoring.features_baseline
PREDICTIONS = PROJECT.monitoring.predictions_baseline
JANUARY, FEBRUARY, MARCH = (Month(2013, number) for number in (1, 2, 3))
ROWS = {1: 27004, 2: 24951, 3: 28834}


def make_scorer(value: float) -> Any:
    """A version that always predicts the same."""
    scorer = create_autospec(Scorer, instance=True)

    def predict(rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        return np.full(len(rows), value)

    scorer.predict.side_effect = predict
    return scorer


def write(lakehouse: Lakehouse, version: str, first: Month, held_out: Month) -> None:
    """Write the baselines of a version that predicts its own number."""
    scorer = make_scorer(float(version))
    write_baselines(lakehouse, PROJECT, scorer, version, first_month=first, held_out_month=held_out)


def count_months(lakehouse: Lakehouse) -> dict[int, int]:
    """Rows of the features' baseline by month."""
    return {row["month"]: row["count"] for row in lakehouse.read(FEATURES).groupBy("month").count().collect()}


def test_baselines_are_what_the_version_was_judged_on(ingested: Lakehouse) -> None:
    """Features reach from the first to the held-out month; predictions, with labels, are of the last."""
    write(ingested, "4", JANUARY, MARCH)
    assert count_months(ingested) == ROWS
    stored = ingested.read(PREDICTIONS).toPandas().set_index("flight_id")
    features = ingested.read("flight_features").where(F.col("month") == 3).toPandas().set_index("flight_id")
    assert len(stored) == ROWS[3]
    assert set(stored["model_version"]) == {"4"}
    assert set(stored["prediction"]) == {4.0}
    for column in ("scheduled_at", "carrier", "origin", "arrival_delay"):
        pd.testing.assert_series_equal(stored[column].sort_index(), features[column].sort_index())


def test_the_next_promotion_replaces_both(ingested: Lakehouse) -> None:
    """Nothing of an earlier Champion's baselines stays, and the months may be other ones."""
    write(ingested, "4", JANUARY, MARCH)
    write(ingested, "5", FEBRUARY, FEBRUARY)
    assert count_months(ingested) == {2: ROWS[2]}
    versions = ingested.read(PREDICTIONS).groupBy("model_version").count().collect()
    assert [tuple(row) for row in versions] == [("5", ROWS[2])]


def test_an_empty_month_leaves_both_as_they_were(ingested: Lakehouse) -> None:
    """A held-out month that has no features is an error, and the baselines stay."""
    write(ingested, "6", FEBRUARY, FEBRUARY)
    with pytest.raises(PipelineError, match="no features for 2013-08"):
        write(ingested, "7", JANUARY, Month(2013, 8))
    assert count_months(ingested) == {2: ROWS[2]}
    assert {row["model_version"] for row in ingested.read(PREDICTIONS).collect()} == {"6"}
