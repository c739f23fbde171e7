"""Parts of files: the Range and If-Unmodified-Since headers of HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime

from infra.local.workspace.errors import ApiError, InvalidParameterError

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class RangeError(ApiError):
    """The part that was asked for lies outside the file."""

    status = 416
    code = "RANGE_NOT_SATISFIABLE"


class ChangedError(ApiError):
    """The file was changed since the client saw it."""

    status = 412
    code = "PRECONDITION_FAILED"


def read_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last, of a file of `size` bytes; None without a header."""
    if not header:
        return None
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.group(0) == "bytes=-":
        raise InvalidParameterError(f"Range {header!r} is not of the form bytes=first-last.")
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) + 1, size) if first and last else size
    if start >= size or end <= start:
        raise RangeError(f"Range {header} is outside a file of {size} bytes.")
    return start, end


def refuse_changed(headers: Mapping[str, str], modified: float) -> None:
    """Raise where the file is younger than the client's If-Unmodified-Since."""
    header = headers.get("if-unmodified-since")
    if not header:
        return
    try:
        limit = parsedate_to_datetime(header).timestamp()
    except ValueError as error:
        raise InvalidParameterError(f"If-Unmodified-Since {header!r} is not a date.") from error
    if int(modified) > limit:
        raise ChangedError("The file was changed since then.")


def http_date(seconds: float) -> str:
    """A time as HTTP headers write it."""
    return formatdate(int(seconds), usegmt=True)
