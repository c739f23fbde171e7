"""Reviews in this process, with what a user's shell has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Deployed
from tests.e2e.review.reviewing import Reviewing


@pytest.fixture(scope="module")
def reviewing(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewing]:
    """Reviews of edited settings."""
    folder: Path = tmp_path_factory.mktemp("review")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in deployed.environment.items():
            patch.setenv(name, value)
        yield Reviewing(deployed, folder)
