"""Builds the jobs' code into a wheel; equal sources give an equal file, bit by bit."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from infra.config.destination import Destination
from infra.config.wheel import Wheel


def build_wheel(root: Path, folder: Path, destination: Destination) -> Wheel:
    """The wheel of the project at `root`, as its pyproject.toml declares it, in `folder`."""
    path = Path(next(WheelBuilder(str(root)).build(directory=str(folder), versions=["standard"])))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Wheel(path=path, sha256=digest, source=_source(root, path, destination))


def _source(root: Path, path: Path, destination: Destination) -> str:
    """The path for the uploading provider.

    Relative to where Terraform runs a stack (cdktf.out/stacks/<stack>), so that the plan is the
    same on every machine; but the local account's provider runs in a process elsewhere.
    """
    if destination.credentials_file:
        return str(path.absolute())
    return os.path.relpath(path, root / "cdktf.out" / "stacks" / "any")
