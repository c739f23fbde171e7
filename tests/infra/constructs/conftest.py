"""Fixtures for constructs that are built alone."""

from __future__ import annotations

import pytest

from infra.constructs.principals import Principal


@pytest.fixture
def principals() -> dict[str, Principal]:
    """A group and a service principal."""
    return {
        "readers": Principal(name="readers", id="1", is_group=True),
        "run": Principal(name="run-application-id", id="2", is_group=False),
    }
