"""The stacks as the settings have them, synthesized to be read and not to be deployed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.config.settings import AllSettings
from infra.packaging import build_wheel

_ROOT = Path(__file__).parents[2]


@contextmanager
def synthesized(settings: AllSettings) -> Iterator[Path]:
    """A folder with the synthesized stacks, which is gone afterwards."""
    from infra.stacks.app import synthesize  # noqa: PLC0415 - starts node, after the settings were read

    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(_ROOT, _ROOT / "build", settings.destination)
        yield synthesize(settings, wheel, folder=Path(folder))
