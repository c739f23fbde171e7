"""A repository on this machine, to be cloned."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Repository:
    """A repository with branches `main` and `next`, and a tag."""

    def __init__(self, folder: Path) -> None:
        self.url = folder.as_uri()
        self._folder = folder
        self.git("init", "--quiet", "--initial-branch=main")
        self.first = self.commit("notebooks/explore.py", "print(1)\n")
        self.git("tag", "v1")
        self.git("checkout", "--quiet", "-b", "next")
        self.second = self.commit("src/deep/train.py", "print(2)\n")
        self.git("checkout", "--quiet", "main")

    def commit(self, path: str, text: str) -> str:
        """Commit a file; returns the commit."""
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self.git("add", ".")
        self.git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", path)
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """What git says in the repository."""
        command = ["git", "-C", str(self._folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
