"""Logged requests made into rows, one a prediction."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.payloads import PayloadError, Row, read_number, read_predictions, read_rows, read_text

if TYPE_CHECKING:
    import pandas

LOGGED = (
    *("databricks_request_id", "client_request_id", "request_time", "status_code"),
    *("request", "response", "model_version"),
)
"""What is needed of a logged request, and the version that answered it."""

_SHOWN = 5
_ABSENT = object()


@dataclass(frozen=True)
class Inputs:
    """The columns of a requests table that are copied from the requests, and the one that names a row."""

    key: str
    texts: frozenset[str]
    numbers: frozenset[str]

    def read(self, row: Row) -> dict[str, Any]:
        """Return what a row has for these columns, None for what it lacks or has in another type."""
        texts = {name: read_text(row.get(name)) for name in self.texts}
        return texts | {name: read_number(row.get(name)) for name in self.numbers}


@dataclass
class Tally:
    """What became of the logged requests."""

    requests: int = 0
    rows: int = 0
    left: Counter[str] = field(default_factory=Counter)  # requests that were not unpacked, by reason
    unknown: Counter[str] = field(default_factory=Counter)  # rows with a column that the table lacks
    empty: Counter[str] = field(default_factory=Counter)  # rows without a column that the table has

    def __str__(self) -> str:
        parts = [f"{self.rows:,} predictions of {self.requests:,} requests"]
        parts += [f"{count:,} not unpacked ({reason})" for reason, count in sorted(self.left.items())]
        parts += _list_columns(self.unknown, "that the table doesn't have")
        parts += _list_columns(self.empty, "missing or of a wrong type")
        return "; ".join(parts)


def _list_columns(counts: Counter[str], words: str) -> Iterator[str]:
    """Yield the most frequent ones: whoever asks chooses names, as many and as odd as they like."""
    for name, count in counts.most_common(_SHOWN):
        yield f"column {name[:80]!r} {words}: {count:,} rows"
    if len(counts) > _SHOWN:
        yield f"{len(counts) - _SHOWN:,} more columns {words}"


class _Logged(NamedTuple):
    databricks_request_id: str | None
    client_request_id: str | None
    request_time: Any
    status_code: int | None
    request: str | None
    response: str | None
    model_version: str | None


def unpack_requests(logged: "pandas.DataFrame", inputs: Inputs, tally: Tally) -> list[dict[str, Any]]:
    """Return the rows of the successful requests of a frame with the LOGGED columns.

    What is not unpacked is counted in the tally with its reason; nothing of it is fatal.
    """
    unpacked: list[dict[str, Any]] = []
    for request in _distinct(logged, tally):
        try:
            rows = list(_unpack(request, inputs, tally))
        except PayloadError as error:
            tally.left[str(error)] += 1
            continue
        unpacked += rows
        tally.requests += 1
        tally.rows += len(rows)
    return unpacked


def _distinct(logged: "pandas.DataFrame", tally: Tally) -> Iterator[_Logged]:
    """Yield each request once: the platform may log it more than once."""
    seen: set[str] = set()
    values = logged[list(LOGGED)].astype(object).where(logged[list(LOGGED)].notna(), None)
    for request in map(_Logged._make, values.itertuples(index=False, name=None)):
        if request.databricks_request_id is None or request.request_time is None:
            tally.left["no id or time"] += 1
        elif request.databricks_request_id not in seen:
            seen.add(request.databricks_request_id)
            yield request


def _unpack(request: _Logged, inputs: Inputs, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one row a prediction."""
    rows, predictions = _read(request)
    for number, (row, prediction) in enumerate(zip(rows, predictions, strict=True)):
        values = inputs.read(row)
        _note(row, values, inputs, tally)
        if len(rows) == 1 and values[inputs.key] is None:
            values[inputs.key] = request.client_request_id
        yield values | {
            "request_id": request.databricks_request_id,
            "row_number": number,
            "requested_at": request.request_time,
            "model_version": request.model_version,
            "prediction": prediction,
        }


def _read(request: _Logged) -> tuple[Sequence[Row], Sequence[float | None]]:
    if request.status_code != 200:
        raise PayloadError(f"status {'unknown' if request.status_code is None else int(request.status_code)}")
    if request.request is None or request.response is None:
        raise PayloadError("too large to be logged")
    rows, predictions = read_rows(request.request), read_predictions(request.response)
    if len(rows) != len(predictions):
        raise PayloadError("another number of predictions than of rows")
    return rows, predictions


def _note(row: Row, values: Mapping[str, Any], inputs: Inputs, tally: Tally) -> None:
    """Count what shows a renamed or retyped column; an empty value alone is none."""
    tally.unknown.update(name for name in row if name not in values)
    tally.empty.update(
        name
        for name, value in values.items()
        if value is None and name != inputs.key and not _is_empty(row.get(name, _ABSENT))
    )


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
