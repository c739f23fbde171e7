"""What the process's environment variables decide; no other module reads them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENTS = Path(__file__).parents[1] / "environments"


@dataclass(frozen=True)
class Process:
    """The choices that are made outside the files."""

    target: str
    credentials_file: Path | None  # instead of the one that the target names
    settings: Path = ENVIRONMENTS  # the folder that says what is deployed

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> Process:
        """The choices of the running process."""
        file = variables.get("DATABRICKS_CONFIG_FILE")
        folder = variables.get("SETTINGS")
        return cls(
            variables.get("TARGET", "local"),
            Path(file) if file else None,
            Path(folder) if folder else ENVIRONMENTS,
        )
