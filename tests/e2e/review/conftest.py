"""Reviews in this process, with what a user's shell has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Deployed
from tests.e2e.review.reviewing import Reviewing


@pytest.fixture
def reviewing(
    deployed: Deployed, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Reviewing:
    """Reviews of edited settings."""
    for name, value in deployed.environment.items():
        monkeypatch.setenv(name, value)
    folder: Path = tmp_path_factory.mktemp("review")
    return Reviewing(deployed, folder)
