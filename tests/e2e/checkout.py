"""A checkout of this repository of a test's own, in which commands are typed as the guides show them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.finished import output_of

PROJECT = Path(__file__).parents[2]
_INSTALLED = (".venv", "node_modules", ".tools")
_INHERITED = {
    *("TARGET", "LOCAL_FOLDER", "DATABRICKS_CONFIG_FILE", "TF_REATTACH_PROVIDERS", "SETTINGS"),
    "PIPENV_DONT_LOAD_ENV",  # it has an .env of its own
}
_ASKS = re.compile(r"cdktf (deploy|destroy) ")


@dataclass(frozen=True)
class Checkout:
    """Its folder; `.local` in it is its account."""

    folder: Path

    @property
    def credentials(self) -> Path:
        """The profiles of everybody in its account."""
        return self.folder / ".local" / "databrickscfg"

    @property
    def settings(self) -> Path:
        """Its settings."""
        return self.folder / "infra" / "environments"

    def type(self, *lines: str) -> str:
        """Type lines into a shell in the folder; returns what they print, and asserts that none fails.

        Where cdktf asks for a word, yes is said beforehand.
        """
        typed = [f"{line} --auto-approve" if _ASKS.search(line) else line for line in lines]
        finished = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(typed)],  # noqa: S607 - the user's own shell
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        return output_of(finished)

    def changes(self) -> list[str]:
        """What git says is different from what was checked out."""
        return self.type("git status --porcelain").splitlines()


@contextmanager
def check_out(folder: Path) -> Iterator[Checkout]:
    """A checkout of this repository as it is now, with the account running that is in it."""
    for path in _list(PROJECT):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / path, target)
    for name in _INSTALLED:
        (folder / name).symlink_to((PROJECT / name).resolve())
    checkout = Checkout(folder)
    excluded = "\\n".join(_INSTALLED)
    checkout.type(
        "git init --quiet",
        f"printf '{excluded}\\n' >> .git/info/exclude",
        "git add --all",
        "git -c user.name=test -c user.email=test@example.com commit --quiet --message=test",
        "pipenv run python -m infra.local up",
    )
    try:
        yield checkout
    finally:
        checkout.type("pipenv run python -m infra.local down")


def _list(folder: Path) -> list[str]:
    """The files that are not ignored, committed or not."""
    words = ["git", "-C", str(folder), "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if path not in _INSTALLED and (folder / path).exists()]


def _environment() -> dict[str, str]:
    """The shell of somebody who has just come: nothing of the account of these tests is in it."""
    return {name: value for name, value in os.environ.items() if name not in _INHERITED}
