"""What arriving rows must fulfil before any of them is stored."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.project import Batch, Source

if TYPE_CHECKING:
    import pandas


def find_problems(source: Source, batch: Batch, columns: Sequence[str], time_zone: str) -> list[str]:
    """Return what is wrong with a batch for a table of the given columns; empty when all is well."""
    missing = [column for column in columns if column not in batch.rows.columns]
    if missing:
        return [f"column {', '.join(missing)} is missing"]
    if batch.rows.empty:
        return ["there are no rows"]
    return [*_find_bad_keys(source, batch.rows), *_find_strays(source, batch, time_zone)]


def _find_bad_keys(source: Source, rows: "pandas.DataFrame") -> list[str]:
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
