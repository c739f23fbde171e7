"""Everybody tries everything through every door: what the access matrix says is what happens, and no more."""

from __future__ import annotations

from tests.e2e.access.reading import Case
from tests.e2e.access.verdict import judge
from tests.e2e.access.world import World


def test_the_matrix_decides(world: World, case: Case) -> None:
    """What is allowed is done; what is not is refused for want of a right, never for another reason."""
    mistake = judge(world, case)
    assert mistake is None, mistake
