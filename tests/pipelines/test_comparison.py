"""Comparing two sets of predictions."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.comparison import compare
from pipelines.errors import PipelineError

DAYS = [f"day-{number:02d}" for number in np.repeat(np.arange(30), 100)]


def make_errors(mean: float, seed: int) -> np.ndarray:
    """Absolute errors around a mean, one for each row of DAYS."""
    return np.random.default_rng(seed).gamma(2.0, mean / 2.0, len(DAYS))


def test_clearly_smaller_errors_are_better() -> None:
    """A challenger with much smaller errors is better, and the outcome tells the numbers."""
    comparison = compare(make_errors(18, 1), make_errors(25, 2), DAYS)
    assert comparison.better
    assert 0 < comparison.at_least < comparison.gain
    assert "version 2 is better than Champion version 1" in comparison.describe(
        "version 2", "Champion version 1"
    )


def test_equal_errors_are_not_better() -> None:
    """The same predictions are no improvement."""
    errors = make_errors(20, 1)
    assert not compare(errors, errors, DAYS).better


def test_larger_errors_are_not_better() -> None:
    """A worse challenger loses."""
    comparison = compare(make_errors(25, 1), make_errors(18, 2), DAYS)
    assert not comparison.better
    assert comparison.gain < 0


def test_one_lucky_day_is_not_enough() -> None:
    """A gain that comes from a single day convinces over rows, but not over days."""
    champion = np.full(len(DAYS), 20.0)
    challenger = champion.copy()
    challenger[:100] = 5.0
    comparison = compare(challenger, champion, DAYS)
    assert comparison.gain == pytest.approx(0.5)
    assert not comparison.better


def test_too_few_days_are_refused() -> None:
    """With hardly any days nothing can be said, and that is an error rather than a verdict."""
    with pytest.raises(PipelineError, match="3 days"):
        compare(np.zeros(3), np.ones(3), ["a", "b", "c"])
