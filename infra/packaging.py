"""Builds the jobs' code into a wheel; equal sources give an equal file, bit by bit."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from infra.config.destination import Destination
from infra.config.wheel import Wheel

_SOURCES = ("pipelines", "pyproject.toml")


def build_wheel(root: Path, folder: Path, destination: Destination) -> Wheel:
    """The wheel of the project at `root`, as its pyproject.toml declares it, in `folder`."""
    path = Path(next(WheelBuilder(str(root)).build(directory=str(folder), versions=["standard"])))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    source = _source(root, path, destination)
    return Wheel(path=path, sha256=digest, source=source, commit=_find_commit(root))


def _find_commit(root: Path) -> str:
    """The commit that last changed what the wheel is built from: other commits change no job."""
    try:
        found = _git(root, "log", "-1", "--format=%H")
        changed = _git(root, "status", "--porcelain")
    except (FileNotFoundError, subprocess.CalledProcessError):
        return "unknown"  # no git, or no checkout: an archive of the sources
    return (f"{found}-modified" if changed else found) or "unknown"


def _git(root: Path, *arguments: str) -> str:
    """What git says of the wheel's sources."""
    command = ["git", "-C", str(root), *arguments, "--", *_SOURCES]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (our own words)
    return finished.stdout.strip()


def _source(root: Path, path: Path, destination: Destination) -> str:
    """The path for the uploading provider.

    Relative to where Terraform runs a stack (cdktf.out/stacks/<stack>), so that the plan is the
    same on every machine; but the local account's provider runs in a process elsewhere.
    """
    if destination.credentials_file:
        return str(path.absolute())
    return os.path.relpath(path, root / "cdktf.out" / "stacks" / "any")
