"""What of a table goes into a snapshot, as the job's parameter says it."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The rows and columns of one table that are copied.

    Rows with equal values in `by` are drawn together, from whatever table; those that have none are drawn
    by their keys.
    """

    table: str
    sample: float
    by: tuple[str, ...]
    keys: tuple[str, ...]
    where: str | None
    hashed: tuple[str, ...]  # columns whose values a salted hash stands for: equal where they are equal
    emptied: tuple[str, ...]


def parse_selections(text: str) -> tuple[Selection, ...]:
    """Return the selections of a JSON list; ValueError says what it should be like."""
    try:
        selections = tuple(_parse(**item) for item in json.loads(text))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{text!r} is no JSON list of selections: {error}") from error
    if not selections:
        raise ValueError("names no table")
    return selections


def _parse(
    *,
    table: str,
    sample: float,
    by: list[str],
    keys: list[str],
    where: str | None,
    hashed: list[str],
    emptied: list[str],
) -> Selection:
    return Selection(
        table=table,
        sample=float(sample),
        by=tuple(by),
        keys=tuple(keys),
        where=where,
        hashed=tuple(hashed),
        emptied=tuple(emptied),
    )
