"""What MLflow's serving is asked and answers, read from the JSON that an inference table keeps of it.

Only what a model with named inputs can answer is read: every format that names its columns.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.errors import PipelineError

Row = Mapping[str, Any]


class PayloadError(PipelineError):
    """A logged request or response can't be read; the message says why."""


def read_rows(request: str) -> list[Row]:
    """Return the rows that a request asked predictions for, by column.

    Takes dataframe_split, dataframe_records, instances and inputs, the last two as a list of rows, as
    columns, or as one row. Raises PayloadError for anything else.
    """
    body = _load(request)
    given = [kind for kind in _READERS if kind in body] if isinstance(body, dict) else []
    if len(given) != 1:
        raise PayloadError(f"not one of {', '.join(_READERS)}")
    rows = _READERS[given[0]](body[given[0]])
    if not rows:
        raise PayloadError("no rows")
    return rows


def read_predictions(response: str) -> list[float | None]:
    """Return the predictions of a response, None for those that are no number.

    Raises PayloadError when there are none.
    """
    body = _load(response)
    predictions = body.get("predictions") if isinstance(body, dict) else None
    if not isinstance(predictions, list) or not predictions:
        raise PayloadError("no predictions")
    return [read_number(_only(prediction)) for prediction in predictions]


def read_number(value: object) -> float | None:
    """Return a finite number as a float, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def read_text(value: object) -> str | None:
    """Return a text that can be stored, None for anything else."""
    # JSON can spell halves of characters, which no table takes.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PayloadError("no JSON") from error


def _read_split(value: object) -> list[Row]:
    columns, data = (value.get("columns"), value.get("data")) if isinstance(value, dict) else (None, None)
    if not isinstance(columns, list) or not isinstance(data, list):
        raise PayloadError("dataframe_split without columns and data")
    return [_name(columns, row) for row in data]


def _name(columns: Sequence[object], row: object) -> Row:
    if not isinstance(row, list) or len(row) != len(columns):
        raise PayloadError(f"dataframe_split with a row that has not {len(columns)} values")
    return {str(column): value for column, value in zip(columns, row, strict=True)}


def _read_records(value: object) -> list[Row]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise PayloadError("rows that don't name their columns")
    return value


def _read_tensors(value: object) -> list[Row]:
    """Return rows of either rows, columns (each a list), or one row (each a value)."""
    if not isinstance(value, dict):
        return [{name: _only(cell) for name, cell in row.items()} for row in _read_records(value)]
    columns = {name: cells if isinstance(cells, list) else [cells] for name, cells in value.items()}
    if len({len(cells) for cells in columns.values()}) > 1:
        raise PayloadError("columns of unequal length")
    return [
        {name: _only(cell) for name, cell in zip(columns, cells, strict=True)}
        for cells in zip(*columns.values(), strict=True)
    ]


def _only(value: Any) -> Any:
    """Return what a list or record of one value has: how a table of one column is written as JSON."""
    while isinstance(value, list | dict) and len(value) == 1:
        value = value[0] if isinstance(value, list) else next(iter(value.values()))
    return value


_READERS = {
    "dataframe_split": _read_split,
    "dataframe_records": _read_records,
    "instances": _read_tensors,
    "inputs": _read_tensors,
}
