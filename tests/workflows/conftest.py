"""The workflows as they are, and copies of them to break."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.config.settings import AllSettings
from tests.infra.conftest import copy_files
from tests.workflows.source import GUIDE, PROJECT, Source


@dataclass(frozen=True)
class Broken:
    """A copy of the workflows, the scripts and the guide, to break in one place."""

    root: Path

    def replace(self, file: str, old: str, new: str, *, count: int = -1) -> Source:
        """The copy with a text replaced that stands in one of its files."""
        path = self.root / file
        text = path.read_text()
        assert old in text, f"{old!r} does not stand in {file}"
        path.write_text(text.replace(old, new, count))
        return Source(self.root)


@pytest.fixture(scope="session")
def source() -> Source:
    """The workflows as they are."""
    return Source(PROJECT)


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """A copy to break."""
    shutil.copytree(PROJECT / ".github", tmp_path / ".github")
    (tmp_path / GUIDE).parent.mkdir()
    shutil.copy(PROJECT / GUIDE, tmp_path / GUIDE)
    return Broken(tmp_path)


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> AllSettings:
    """The settings, with what a team has added to those shipped."""
    return copy_files(tmp_path_factory.mktemp("settings"), additions=True).load()
