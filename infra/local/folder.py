"""Where the local account keeps everything: one folder, git-ignored."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Folder:
    """The files of one local account."""

    root: Path

    @classmethod
    def from_environment(cls) -> Folder:
        """The folder that LOCAL_FOLDER names, or `.local` in the project."""
        return cls((PROJECT / os.environ.get("LOCAL_FOLDER", ".local")).resolve())

    @property
    def ready(self) -> Path:
        """What the account's process tells of itself while it answers."""
        return self.root / "ready.json"

    @property
    def lock(self) -> Path:
        """Held by the account's process as long as it lives."""
        return self.root / "account.lock"

    @property
    def log(self) -> Path:
        """The account's process's own log."""
        return self.root / "account.log"

    @property
    def profiles(self) -> Path:
        """Credentials by profile, in the format of ~/.databrickscfg."""
        return self.root / "databrickscfg"

    @property
    def output(self) -> Path:
        """Where cdktf synthesizes to: the place that cdktf.json's users expect, for the default folder."""
        return PROJECT / "cdktf.out" if self.is_default else self.root / "cdktf.out"

    @property
    def logs(self) -> Path:
        """What cdktf and Terraform printed, a file a stack."""
        return self.root / "logs"

    @property
    def is_default(self) -> bool:
        """Whether this is the account that plain `cdktf` commands in this checkout mean."""
        return self.root == PROJECT / ".local"
