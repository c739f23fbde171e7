"""What is kept beside a prediction."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.predictions import predict_into
from tests.pipelines.test_baselines import make_scorer


def test_a_column_that_nothing_fills_is_an_error(ingested: Lakehouse) -> None:
    """A predictions table with a column that the features don't have is told, with the column."""
    rows = pd.DataFrame({"flight_id": ["a"], "scheduled_at": [pd.Timestamp("2013-01-01", tz="UTC")]})
    with pytest.raises(PipelineError, match="has carrier, origin, arrival_delay, which the features don't"):
        predict_into(ingested, "arrival_delay_predictions", make_scorer(1), "1", rows)
