"""What is due next, whatever service does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Due:
    """Something that happens by itself: `what` in words, and when (seconds since the epoch)."""

    what: str
    workspace_id: int
    at: float

    def describe(self) -> dict[str, Any]:
        """As the control route answers it."""
        return asdict(self)


class Agenda:
    """The schedules of several services as one list."""

    def __init__(self) -> None:
        self._sources: list[Callable[[], list[Due]]] = []

    def add(self, source: Callable[[], list[Due]]) -> None:
        """Count a service in, which tells what it has due next."""
        self._sources.append(source)

    def due(self) -> list[Due]:
        """What is due next, soonest first."""
        found = [due for source in self._sources for due in source()]
        return sorted(found, key=lambda due: (due.at, due.workspace_id, due.what))
