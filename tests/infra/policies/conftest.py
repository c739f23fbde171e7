"""The shipped stacks, for policies."""

from __future__ import annotations

import pytest

from infra.config.settings import AllSettings
from tests.infra.policies.changing import Shipped
from tests.infra.synthesis import Synthesized


@pytest.fixture(scope="session")
def shipped(stacks: dict[str, Synthesized], settings: AllSettings) -> Shipped:
    """The stacks as they are shipped: they break no policy."""
    return Shipped({name: stack.document for name, stack in stacks.items()}, settings)
