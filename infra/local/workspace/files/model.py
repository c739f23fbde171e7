"""Files and directories by their Databricks paths, for callers who may read or write there."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from infra.local.workspace.catalog.volumes import split_steps
from infra.local.workspace.errors import (
    AlreadyExistsError,
    ApiError,
    InvalidParameterError,
    NotFoundError,
)
from infra.local.workspace.identity.caller import Caller

Resolver = Callable[[Caller, int, str, bool], Path]
"""Caller, workspace, normalised path, whether something is written → where it is on disk.

It raises what the caller is told when it may not, and never leads out of what it stands for.
"""


class NotEmptyError(ApiError):
    """Only empty directories can be deleted."""

    status = 400
    code = "INVALID_STATE"


@dataclass(frozen=True)
class Entry:
    """A file or directory; `size` in bytes, `modified` in seconds since 1970."""

    path: str
    is_directory: bool
    size: int
    modified: float


class Files:
    """Reads and writes what its mounts lead to. `/Volumes` is mounted by the composition root."""

    def __init__(self, folder: Path) -> None:
        self._uploads = folder / "uploads"
        shutil.rmtree(self._uploads, ignore_errors=True)  # what a killed process left half written
        self._mounts: dict[tuple[str, ...], tuple[Resolver, int]] = {}

    def mount(self, prefix: str, resolver: Resolver, *, root_levels: int = 0) -> None:
        """Let a resolver answer for every path below a prefix such as `/Volumes`.

        Directories up to `root_levels` steps below the prefix are not made or deleted as files are.
        """
        steps = split_steps(prefix)
        self._mounts[steps] = (resolver, len(steps) + root_levels)

    def stat(self, caller: Caller, workspace_id: int, path: str) -> Entry:
        """What a file is, without its content; NotFoundError for directories too."""
        place = self._resolve(caller, workspace_id, path, write=False)
        if not place.is_file():
            raise _not_found(path)
        return _entry(path, place)

    @contextmanager
    def open(self, caller: Caller, workspace_id: int, path: str) -> Iterator[tuple[Entry, BinaryIO]]:
        """A file and its bytes, which stay these whatever is written there meanwhile."""
        place = self._resolve(caller, workspace_id, path, write=False)
        try:
            stream = place.open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise _not_found(path) from error
        with stream:
            found = os.fstat(stream.fileno())
            yield Entry(path, is_directory=False, size=found.st_size, modified=found.st_mtime), stream

    def write(
        self, caller: Caller, workspace_id: int, path: str, content: bytes, *, overwrite: bool = True
    ) -> None:
        """Put a file there, whole or not at all, with the directories above it."""
        target = self._resolve(caller, workspace_id, path, write=True)
        self._refuse_root(path)
        if target.is_dir():
            raise InvalidParameterError(f"{path} is a directory.")
        _make_directory(target.parent, path)
        with self._upload(content) as upload:
            if overwrite:
                upload.replace(target)
                return
            try:
                os.link(upload, target)
            except FileExistsError as error:
                raise AlreadyExistsError(f"The file {path} exists already.", code="ALREADY_EXISTS") from error

    def delete(self, caller: Caller, workspace_id: int, path: str) -> None:
        """Remove a file."""
        target = self._resolve(caller, workspace_id, path, write=True)
        if not target.is_file():
            raise _not_found(path)
        target.unlink(missing_ok=True)

    def make_directory(self, caller: Caller, workspace_id: int, path: str) -> None:
        """Make a directory and those above it; one that is there is left as it is."""
        _make_directory(self._resolve(caller, workspace_id, path, write=True), path)

    def require_directory(self, caller: Caller, workspace_id: int, path: str) -> None:
        """Raise unless there is a directory."""
        self._directory(caller, workspace_id, path, write=False)

    def list_directory(self, caller: Caller, workspace_id: int, path: str) -> list[Entry]:
        """What is directly in a directory, in the order of names; links are not shown."""
        place = self._directory(caller, workspace_id, path, write=False)
        top = "/" + "/".join(split_steps(path))
        return [
            _entry(f"{top}/{child.name}", child)
            for child in sorted(place.iterdir())
            if not child.is_symlink() and child.exists()
        ]

    def delete_directory(self, caller: Caller, workspace_id: int, path: str) -> None:
        """Remove an empty directory."""
        place = self._directory(caller, workspace_id, path, write=True)
        self._refuse_root(path)
        try:
            place.rmdir()
        except OSError as error:
            raise NotEmptyError(f"The directory {path} is not empty.") from error

    def _directory(self, caller: Caller, workspace_id: int, path: str, *, write: bool) -> Path:
        place = self._resolve(caller, workspace_id, path, write=write)
        if not place.is_dir():
            raise NotFoundError(f"The directory {path} is not found.", code="NOT_FOUND")
        return place

    def _resolve(self, caller: Caller, workspace_id: int, path: str, *, write: bool) -> Path:
        steps, (resolver, _) = self._find_mount(path)
        return resolver(caller, workspace_id, "/" + "/".join(steps), write)

    def _find_mount(self, path: str) -> tuple[tuple[str, ...], tuple[Resolver, int]]:
        steps = split_steps(path)
        for length in range(len(steps), 0, -1):
            if found := self._mounts.get(steps[:length]):
                return steps, found
        known = ", ".join("/" + "/".join(prefix) for prefix in sorted(self._mounts))
        raise InvalidParameterError(f"{path} is in none of {known}.")

    def _refuse_root(self, path: str) -> None:
        steps, (_, root_length) = self._find_mount(path)
        if len(steps) <= root_length:
            raise InvalidParameterError(f"{path} is a root: it can be neither written nor deleted as a file.")

    @contextmanager
    def _upload(self, content: bytes) -> Iterator[Path]:
        """A finished file beside the roots, to be moved to its place; gone afterwards."""
        self._uploads.mkdir(parents=True, exist_ok=True)
        upload = self._uploads / uuid.uuid4().hex
        try:
            upload.write_bytes(content)
            yield upload
        finally:
            upload.unlink(missing_ok=True)


def _entry(path: str, place: Path) -> Entry:
    found = place.stat()
    directory = place.is_dir()
    return Entry(path, directory, 0 if directory else found.st_size, found.st_mtime)


def _not_found(path: str) -> NotFoundError:
    return NotFoundError(f"The file {path} is not found.", code="NOT_FOUND")


def _make_directory(place: Path, path: str) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise AlreadyExistsError(f"Above or at {path} is a file.", code="ALREADY_EXISTS") from error
