"""A folder of settings, as the files that people edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.config.settings import load_files
from infra.scaffolding.changes import Changes
from infra.scaffolding.yaml_text import YamlText

Files = dict[Path, str | None]


@dataclass(frozen=True)
class Settings:
    """Settings that are right, and the names of what they describe."""

    folder: Path
    environments: tuple[str, ...]
    projects: tuple[str, ...]
    production: str

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """ConfigurationError where something is wrong with them already."""
        files = load_files(folder)
        return cls(folder, tuple(files.environments), tuple(files.projects), files.account.value.production)

    @property
    def access(self) -> Path:
        """The access matrix."""
        return self.folder / "access.yaml"

    def environment(self, name: str) -> Path:
        """An environment's file."""
        return self.folder / f"{name}.yaml"

    def project(self, name: str) -> Path:
        """A project's file."""
        return self.folder / "projects" / f"{name}.yaml"

    def edit(self, path: Path, edit: Callable[[YamlText], YamlText]) -> Files:
        """A file as it is after an edit; nothing where that changes nothing, or where there is no file."""
        if not path.exists():
            return {}
        before = YamlText(path.read_text(encoding="utf-8"))
        after = edit(before)
        return {path: after.text} if after.text != before.text else {}

    def checked(self, files: Files) -> Changes:
        """The changes; ConfigurationError where the settings would be wrong after them."""
        changes = Changes(files)
        changes.check(self.folder)
        return changes
