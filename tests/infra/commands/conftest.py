"""Settings and a checkout that a command may write to."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.commands import new, remove
from tests.infra.conftest import EnvironmentFiles


@pytest.fixture
def copied(files: EnvironmentFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EnvironmentFiles:
    """A copy of the settings that the process is told of, and an empty checkout."""
    monkeypatch.setenv("SETTINGS", str(files.folder))
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(files.credentials))
    monkeypatch.setenv("TARGET", "local")
    for command in (new, remove):
        monkeypatch.setattr(command, "ROOT", tmp_path / "checkout")
    monkeypatch.chdir(files.folder)
    return files
