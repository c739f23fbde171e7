"""Flights for monitors to look at: made up, with nulls, labels that miss, and a month that is other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

MONTHS = ("2013-01", "2013-02", "2013-04")  # nobody flew in March
_ROWS = 120


def make_flights(*months: str, seed: int = 0) -> pd.DataFrame:
    """A hundred flights a month; those of April are later. Predictions are of model 1, from April of 2."""
    generator = np.random.default_rng(seed)
    frames = [_month(month, generator) for month in months or MONTHS]
    return pd.concat(frames, ignore_index=True)


def as_rows(flights: pd.DataFrame) -> pa.Table:
    """The flights as a table's rows."""
    rows = pa.Table.from_pandas(flights, preserve_index=False)
    place = rows.schema.get_field_index("scheduled_at")
    times = rows.column("scheduled_at").cast(pa.timestamp("us", "UTC"))
    return rows.set_column(place, "scheduled_at", times)


def _month(month: str, generator: np.random.Generator) -> pd.DataFrame:
    late = month >= "2013-04"
    hours = generator.integers(0, 28 * 24, _ROWS)
    delay = generator.normal(20.0 if late else 5.0, 10.0, _ROWS).round()
    shares = [0.1, 0.2, 0.7] if late else [0.4, 0.4, 0.2]
    label = np.where(generator.random(_ROWS) < 0.1, np.nan, delay)
    return pd.DataFrame(
        {
            "scheduled_at": pd.Timestamp(month, tz="UTC") + pd.to_timedelta(hours, unit="h"),
            "carrier": generator.choice(["AA", "UA", "DL"], _ROWS, p=shares),
            "distance": generator.choice([200.0, 500.0, 1000.0], _ROWS),
            "prediction": (delay + generator.normal(0, 4, _ROWS)).round(1),
            "arrival_delay": pd.array(label, "Float64"),
            "model_version": "2" if late else "1",
        }
    )
