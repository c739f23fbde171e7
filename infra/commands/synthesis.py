"""The stacks as the settings have them, synthesized by a command."""

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
    """A folder with the synthesized stacks, to be read; it is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield synthesize_into(settings, Path(folder))


def synthesize_to_deploy(settings: AllSettings) -> Path:
    """The folder with the synthesized stacks that cdktf deploys from, too."""
    return synthesize_into(settings, None)


def synthesize_into(settings: AllSettings, folder: Path | None) -> Path:
    """The folder, or cdktf's own, with the stacks synthesized into it."""
    from infra.stacks.app import synthesize  # noqa: PLC0415 - starts node, after the settings were read

    return synthesize(settings, build_wheel(_ROOT, _ROOT / "build", settings.destination), folder=folder)
