"""Durations of `timeouts` blocks."""

from __future__ import annotations

import pytest

from infra.local.provider.engine.resource import InvalidError
from infra.local.provider.resources.timeouts import deadline_seconds


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("1h30m", 5400), ("1.5m", 90), ("250ms", 0.25)])
def test_durations_are_read_as_terraform_writes_them(text: str, seconds: float) -> None:
    """Hours, minutes, seconds and milliseconds, in any combination."""
    assert deadline_seconds({"timeouts": {"create": text}}, "create", 1) == seconds


def test_without_a_timeout_the_default_holds() -> None:
    """No block, or none for the operation."""
    assert deadline_seconds({"timeouts": None}, "create", 7) == 7
    assert deadline_seconds({"timeouts": {"update": "1m", "create": None}}, "create", 7) == 7


def test_other_text_is_refused() -> None:
    """A number without a unit, or words."""
    for text in ("10", "soon", "1m x"):
        with pytest.raises(InvalidError, match="is no duration"):
            deadline_seconds({"timeouts": {"create": text}}, "create", 1)
