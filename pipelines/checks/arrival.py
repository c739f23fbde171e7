"""What arriving rows must fulfil before any of them is stored."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
from pyspark.sql.types import StructType

from pipelines.checks.values import find_unfit
from pipelines.project import Batch, Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def find_problems(source: Source, batch: Batch, schema: StructType, time_zone: str) -> list[str]:
    """Return what is wrong with a batch for a table of the given columns; empty when all is well."""
    found = (
        _find_misnamed(batch.rows, schema.names)
        or (["there are no rows"] if batch.rows.empty else [])
        or find_unfit(batch.rows, schema)
    )
    # Of rows with the wrong columns or types nothing more can be told.
    return found or [*_find_bad_keys(source, batch.rows), *_find_strays(source, batch, time_zone)]


def find_repeated(source: Source, batches: Sequence[Batch], kept: "DataFrame") -> list[str]:
    """Return which keys arrive for several months, or for one while another month that is kept has them.

    A key is unique in its table, which its month's replacement alone would not see to.
    """
    keys = list(source.keys)
    arriving = pd.concat([batch.rows[keys] for batch in batches], ignore_index=True)
    if twice := int(arriving.duplicated().sum()):
        return [f"{twice} rows repeat another month's {', '.join(keys)}"]
    schema = kept.select(*keys).schema
    known = kept.join(kept.sparkSession.createDataFrame(arriving, schema), keys, "left_semi").count()
    return [f"{known} rows repeat {', '.join(keys)} of a month that is there already"] if known else []


def _find_misnamed(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    missing = ", ".join(column for column in columns if column not in rows.columns)
    unknown = ", ".join(str(column) for column in rows.columns if column not in columns)
    if missing and unknown:
        return [f"column {missing} is missing and {unknown} is unknown: was it renamed?"]
    if missing:
        return [f"column {missing} is missing"]
    if unknown:
        return [f"column {unknown} is unknown: declare it in the table, or leave it out in the source"]
    twice = ", ".join(rows.columns[rows.columns.duplicated()])
    return [f"column {twice} is there twice"] if twice else []


def _find_bad_keys(source: Source, rows: pd.DataFrame) -> list[str]:
    keys = list(source.keys)
    needed = list(dict.fromkeys([*keys, *([source.time] if source.time else [])]))
    problems = [f"{nulls} rows without {key}" for key, nulls in rows[needed].isna().sum().items() if nulls]
    repeated = int(rows.duplicated(keys).sum())
    if repeated:
        problems.append(f"{repeated} rows repeat another's {', '.join(keys)}")
    return problems


def _find_strays(source: Source, batch: Batch, time_zone: str) -> list[str]:
    """Rows outside the month would escape its replacement, and so pile up."""
    if source.time is None or batch.month is None:
        return []
    start, end = batch.month.start(time_zone), batch.month.end(time_zone)
    times = batch.rows[source.time].dropna()
    outside = int(((times < start) | (times >= end)).sum())
    return [f"{outside} rows are of another month"] if outside else []
