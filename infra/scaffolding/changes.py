"""Changes of several files that are made together or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.config.problems import ConfigurationError, Problem
from infra.config.settings import load_files


class RefusedError(Exception):
    """What was asked for can't be done, and nothing was; the message is one line."""


@dataclass(frozen=True)
class Changes:
    """What files are to hold afterwards; None for one that is to be gone."""

    files: Mapping[Path, str | None]

    def check(self, settings: Path, *others: Path) -> None:
        """ConfigurationError where a folder's settings, which use those of others, would be wrong then."""
        root = Path(os.path.commonpath([settings, *others]))
        with tempfile.TemporaryDirectory() as place:
            moved = Path(place).resolve() / "settings"
            for folder in (settings, *others):
                shutil.copytree(folder, moved / folder.relative_to(root), dirs_exist_ok=True)
            inside = {path: text for path, text in self.files.items() if _is_below(path, settings, *others)}
            Changes({moved / path.relative_to(root): text for path, text in inside.items()}).make()
            try:
                load_files(moved / settings.relative_to(root))
            except ConfigurationError as error:
                raise ConfigurationError(_at_home(error, moved, root)) from None

    def lines(self, place: Path) -> list[str]:
        """What is about to happen to each file, by its path from a place if it is below."""
        return [
            f"{_verb(path, text)} {path.relative_to(place) if path.is_relative_to(place) else path}"
            for path, text in self.files.items()
        ]

    def make(self) -> None:
        """Make all of them; whatever goes wrong meanwhile, the files are as before."""
        before = {path: path.read_bytes() if path.exists() else None for path in self.files}
        folders = [folder for path in self.files for folder in _missing(path.parent)]
        try:
            for path, text in self.files.items():
                _write(path, None if text is None else text.encode())
        except BaseException:  # an interrupt, too
            for path, content in before.items():
                _write(path, content)
            _remove_empty(folders)
            raise
        _remove_empty([path.parent for path, text in self.files.items() if text is None])


def _is_below(path: Path, *folders: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _verb(path: Path, text: str | None) -> str:
    if text is None:
        return "remove"
    return "change" if path.exists() else "write "


def _write(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _partial(path) as partial:
        partial.write_bytes(content)
        if path.exists():
            shutil.copymode(path, partial)
        partial.replace(path)


@contextmanager
def _partial(path: Path) -> Iterator[Path]:
    """A file beside the one that it is to become, gone if it doesn't."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _missing(folder: Path) -> Iterator[Path]:
    while not folder.exists():
        yield folder
        folder = folder.parent


def _remove_empty(folders: list[Path]) -> None:
    """Remove those folders that hold nothing but what Python has compiled, the deepest first."""
    for folder in sorted(set(folders), key=lambda each: len(each.parts), reverse=True):
        if folder.is_dir() and all(item.name == "__pycache__" for item in folder.iterdir()):
            shutil.rmtree(folder)


def _at_home(error: ConfigurationError, moved: Path, root: Path) -> list[Problem]:
    """The problems of a copy, told of the files that it is a copy of."""
    return [
        Problem(_shown(problem.file, moved, root), problem.line, problem.key, problem.message)
        for problem in error.problems
    ]


def _shown(file: str, moved: Path, root: Path) -> str:
    if not Path(file).is_relative_to(moved):
        return file  # none of the copies
    path = root / Path(os.path.normpath(file)).relative_to(moved)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
