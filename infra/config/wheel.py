"""The jobs' code, built before synthesis."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wheel:
    """A wheel file and what is in it: equal code has an equal hash."""

    path: Path
    sha256: str
    source: str  # the path, as the process that uploads the file finds it
    commit: str = "unknown"  # that last changed the code; `…-modified` where the files differ from it

    @property
    def version(self) -> str:
        """The code's version, as paths and logs carry it: the hash's first 12 digits."""
        return self.sha256[:12]
