"""A folder of settings, as the files that people edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.config.environment import Environment
from infra.config.settings import load_files
from infra.scaffolding.changes import Changes
from infra.scaffolding.yaml_text import YamlText

Files = dict[Path, str | None]


@dataclass(frozen=True)
class Settings:
    """Settings that are right, and what they describe."""

    folder: Path
    projects_folder: Path  # which other accounts' settings may share
    environments: Mapping[str, Environment]
    schemas: Mapping[str, str]  # by project
    production: str

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """ConfigurationError where something is wrong with them already."""
        folder = folder.resolve()
        files = load_files(folder)
        return cls(
            folder,
            (folder / files.account.value.projects).resolve(),
            {name: loaded.value for name, loaded in files.environments.items()},
            {name: loaded.value.schema_name for name, loaded in files.projects.items()},
            files.account.value.production,
        )

    @property
    def projects(self) -> list[str]:
        """The projects' names."""
        return list(self.schemas)

    def lasting_with(self, project: str) -> list[str]:
        """The environments that have a project, and whose data is to last."""
        return [
            name
            for name, environment in self.environments.items()
            if project in environment.projects and not environment.catalog.disposable
        ]

    @property
    def access(self) -> Path:
        """The access matrix."""
        return self.folder / "access.yaml"

    def environment(self, name: str) -> Path:
        """An environment's file."""
        return self.folder / f"{name}.yaml"

    def project(self, name: str) -> Path:
        """A project's file."""
        return self.projects_folder / f"{name}.yaml"

    def is_shared(self, project: str) -> bool:
        """Whether the settings of another account, in a folder beside this one, have the project, too."""
        beside = [path.parent for path in self.folder.parent.glob("*/account.yaml")]
        others = [Settings.load(folder) for folder in beside if folder != self.folder]
        sharing = [other for other in others if other.projects_folder == self.projects_folder]
        return any(project in each.projects for other in sharing for each in other.environments.values())

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
        changes.check(self.folder, self.projects_folder)
        return changes
