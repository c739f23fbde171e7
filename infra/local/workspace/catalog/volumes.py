"""Paths in volumes: `/Volumes/catalog/schema/volume/…` to files on disk, never outside the volume."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from infra.local.workspace.catalog.names import Securable, parse
from infra.local.workspace.errors import InvalidParameterError

ROOT = "/Volumes"
_LEVELS = 3


def split_path(path: str) -> tuple[Securable, tuple[str, ...]]:
    """The volume of a path and the steps below it."""
    steps = split_steps(path)
    if not steps or f"/{steps[0]}" != ROOT or len(steps) <= _LEVELS:
        raise InvalidParameterError(f"{path} is not in a volume: expected {ROOT}/catalog/schema/volume/…")
    return parse("volume", ".".join(steps[1 : _LEVELS + 1])), steps[_LEVELS + 1 :]


def split_steps(path: str) -> tuple[str, ...]:
    """The steps of an absolute path; InvalidParameterError for `..`, `.` and control characters."""
    if not path.startswith("/"):
        raise InvalidParameterError(f"{path!r} is not an absolute path.")
    steps = tuple(step for step in path.split("/") if step)
    for step in steps:
        if step in (".", "..") or "\\" in step or any(ord(character) < 32 for character in step):
            raise InvalidParameterError(f"{path!r} has a step that is not allowed: {step!r}.")
    return steps


def join_inside(root: Path, steps: tuple[str, ...]) -> Path:
    """Where steps lead to below a root, links followed; InvalidParameterError where that is outside."""
    real_root = root.resolve()
    target = real_root.joinpath(*steps).resolve()
    if not target.is_relative_to(real_root):
        raise InvalidParameterError(f"/{PurePosixPath(*steps)} leads out of its volume.")
    return target
