"""What is new passes every check of the organisation as it stands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from infra.compliance.checking import check_all
from infra.declared.declared import Declared
from infra.scaffolding.environment import new_environment
from infra.scaffolding.project import new_project
from infra.scaffolding.settings import Settings
from tests.infra.conftest import EnvironmentFiles, synthesize_all

SOURCES = {"qa": "staging", "sandbox": "dev", "canary": "prod"}


def test_policies_hold(files: EnvironmentFiles, tmp_path: Path) -> None:
    """Copies of each environment, and a new project in all of them, are synthesized without a violation."""
    new_project(Settings.load(files.folder), tmp_path / "checkout", "churn").make()
    for name, source in SOURCES.items():
        new_environment(Settings.load(files.folder), name, source).make()
    settings = files.load()
    stacks = synthesize_all(settings, tmp_path / "cdktf.out")
    assert set(stacks) == {"account", "dev", "staging", "prod", *SOURCES}
    for name in SOURCES:
        assert stacks[name].one("schema", name="churn")
    declared = Declared({name: stack.document for name, stack in stacks.items()})
    assert check_all(settings, declared, today=datetime.now(UTC).date()) == []
