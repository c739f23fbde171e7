"""What the guides show of `python -m infra new` and `remove` can be typed as it stands there."""

from __future__ import annotations

import shlex

import pytest

from infra.__main__ import main
from tests.guides import commands
from tests.infra.conftest import EnvironmentFiles
from tests.infra.scaffolding.contents import contents


@pytest.mark.parametrize("guide", ["docs/environments.md", "docs/projects.md"])
def test_its_commands_are_right(copied: EnvironmentFiles, guide: str) -> None:
    """One after the other, each does what it says; at the end everything is as before."""
    before = contents(copied.folder)
    words = [shlex.split(command) for command in commands(guide)]
    ours = [line[5:] for line in words if line[:5] == ["pipenv", "run", "python", "-m", "infra"]]
    assert [line[0] for line in ours] == ["new", "remove"]
    for line in ours:
        assert main(line) == 0, line
    assert contents(copied.folder) == before
