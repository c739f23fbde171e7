"""Names as Spark writes them: `cat`.`schema`.table."""

from __future__ import annotations

import re
from collections.abc import Iterable

from infra.local.workspace.engine.errors import StatementError

_PART = re.compile(r"`((?:[^`]|``)*)`|([^\s.`]+)")
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\- ]*")


def parse_name(text: str) -> tuple[str, ...]:
    """The parts of a dotted name, without their quotes; StatementError for anything else."""
    parts: list[str] = []
    position = 0
    stripped = text.strip()
    while True:
        match = _PART.match(stripped, position)
        if match is None:
            raise StatementError(f"{text!r} is not a name of the form catalog.schema.table")
        quoted, plain = match.groups()
        parts.append(plain if quoted is None else quoted.replace("``", "`"))
        position = match.end()
        if position == len(stripped):
            return tuple(parts)
        if stripped[position] != ".":
            raise StatementError(f"{text!r} is not a name of the form catalog.schema.table")
        position += 1


def is_plain(part: str) -> bool:
    """Whether a part can name a securable; a path can't."""
    return _PLAIN.fullmatch(part) is not None


def quote(parts: Iterable[str]) -> str:
    """A dotted name with every part in backticks."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)
