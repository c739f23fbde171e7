"""Fixtures for settings and stacks: a copy of the shipped files to edit, and one synthesis of all."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.config.problems import ConfigurationError
from infra.config.process import ENVIRONMENTS, Process
from infra.config.settings import SHARED, AllSettings, load_settings
from infra.config.wheel import Wheel
from infra.declared.declared import Declared
from infra.scaffolding.environment import remove_environment
from infra.scaffolding.project import remove_project
from infra.scaffolding.settings import Settings
from tests.infra.synthesis import Synthesized

ACCOUNT_ID = "01234567-89ab-cdef-0123-456789abcdef"
ENVIRONMENT_NAMES, PROJECT = {"dev", "staging", "prod"}, "flights"
PROFILES = f"[account]\nhost = http://127.0.0.1:8000\naccount_id = {ACCOUNT_ID}\n"
WHEEL = Wheel(
    path=Path("build/code-1.0.0-py3-none-any.whl"), sha256="0123456789abcdef" * 4, source="code.whl"
)


@dataclass(frozen=True)
class EnvironmentFiles:
    """A copy of the shipped settings that a test may edit."""

    folder: Path
    credentials: Path

    def replace(self, file: str, old: str, new: str) -> None:
        """Edit one place of a file."""
        path = self.folder / file
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new))

    def load(self, target: str = "local") -> AllSettings:
        """The settings as the edited files say."""
        return load_settings(Process(target, self.credentials, self.folder))

    def problems(self, target: str = "local") -> list[str]:
        """The lines that loading ends with, files named as in the folder."""
        with pytest.raises(ConfigurationError) as raised:
            self.load(target)
        return str(raised.value).replace(f"{self.folder}/", "").splitlines()


@pytest.fixture
def files(tmp_path: Path) -> EnvironmentFiles:
    """The shipped settings, copied."""
    return copy_files(tmp_path)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> AllSettings:
    """The shipped settings, loaded."""
    return copy_files(tmp_path_factory.mktemp("settings")).load()


@pytest.fixture(scope="session")
def declared(stacks: dict[str, Synthesized]) -> Declared:
    """The same stacks, as policies and rights see them."""
    return Declared({name: stack.document for name, stack in stacks.items()})


@pytest.fixture(scope="session")
def stacks(settings: AllSettings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesized]:
    """All stacks by name, synthesized once from the shipped settings."""
    return synthesize_all(settings, tmp_path_factory.mktemp("cdktf.out"))


def copy_files(folder: Path, *, additions: bool = False) -> EnvironmentFiles:
    """The shipped settings in a folder, with the credentials of an account that nobody runs.

    Environments and projects that were added to those shipped are left out unless they are asked for.
    """
    credentials = folder / "databrickscfg"
    credentials.write_text(PROFILES)
    copy = shutil.copytree(ENVIRONMENTS, folder / "environments")
    if not additions:
        _remove_additions(copy)
    return EnvironmentFiles(copy, credentials)


def _remove_additions(folder: Path) -> None:
    """Leave what the tests speak of: what a team has added since is none of their business."""
    for name in {path.stem for path in folder.glob("projects/*.yaml")} - {PROJECT}:
        remove_project(Settings.load(folder), folder, name, discard=False).make()
    for name in {path.stem for path in folder.glob("*.yaml")} - SHARED - ENVIRONMENT_NAMES:
        remove_environment(Settings.load(folder), name).make()


def synthesize_all(settings: AllSettings, folder: Path) -> dict[str, Synthesized]:
    """The four stacks in a folder, as cdktf's app makes them."""
    from infra.stacks.app import synthesize  # noqa: PLC0415 - starts node: only for tests of stacks

    synthesize(settings, WHEEL, folder=folder)
    paths = (folder / "stacks").iterdir()
    return {path.name: Synthesized(json.loads((path / "cdk.tf.json").read_text())) for path in paths}
