"""What is asked of the machine's git: the files of a branch, as they are at this moment."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local.workspace.errors import InvalidParameterError, NotServedError

_SCHEME = "file://"
_REFERENCE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_SECONDS = 120
_MOST_BYTES = 10 * 1024 * 1024
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


@dataclass(frozen=True)
class Checkout:
    """A commit's files by their relative path; `branch` is empty for a tag."""

    branch: str
    commit: str
    files: dict[str, bytes]


def check_out(url: str, reference: str, folder: Path) -> Checkout:
    """The newest commit of a branch or tag, of the default branch without one.

    NotServedError for what is not on this machine; InvalidParameterError where git refuses.
    """
    if not url.startswith(_SCHEME):
        raise NotServedError(
            f"{url} is not cloned locally: Git folders come from repositories on this machine only (file://…)."
        )
    if reference and not _REFERENCE.fullmatch(reference):
        raise InvalidParameterError(f"{reference!r} is not the name of a branch or tag.")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as place:
        named = ["--branch", reference] if reference else []
        _git(["clone", "--quiet", "--depth", "1", *named, "--", url, place])
        branch, commit = (
            _git(["-C", place, *command]) for command in (["branch", "--show-current"], ["rev-parse", "HEAD"])
        )
        listed = _git(["-C", place, "ls-files", "-z"]).split("\0")
        return Checkout(branch, commit, dict(_read(Path(place), name) for name in listed if name))


def _read(place: Path, name: str) -> tuple[str, bytes]:
    path = place / name
    if path.is_symlink():  # as git keeps it: what it leads to may lie elsewhere on this machine
        return name, str(path.readlink()).encode()
    if not path.is_file():
        raise NotServedError(f"{name} is a submodule: repositories with submodules are not cloned locally.")
    if path.stat().st_size > _MOST_BYTES:
        raise NotServedError(f"{name} is larger than 10 MiB: such repositories are not cloned locally.")
    return name, path.read_bytes()


def _environment() -> dict[str, str]:
    """Our environment, without what a git that started us has said of its own repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def _git(arguments: Sequence[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; a url and names that were checked
            ["git", *arguments],  # noqa: S607 - the machine's git, wherever it is
            env={**_environment(), **_QUIET},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    except FileNotFoundError as error:
        raise NotServedError("Git folders need git, which is not on this machine.") from error
    except subprocess.TimeoutExpired as error:
        raise InvalidParameterError(f"git took longer than {_SECONDS} s.") from error
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["unknown"])[-1]
        raise InvalidParameterError(f"git: {reason}") from error
    return done.stdout.strip()
