"""Limits of errors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.checks.performance import check_overall, check_slices

CARRIERS = pd.Series(["UA"] * 300 + ["F9"] * 300 + ["OO"] * 5, name="carrier", index=range(1000, 1605))
ERRORS = np.concatenate([np.full(300, 10.0), np.full(300, 30.0), np.full(5, 99.0)])


def test_overall() -> None:
    """The mean error is held against the limit, and told."""
    assert check_overall(ERRORS, 25).passed
    failed = check_overall(ERRORS, 20)
    assert not failed.passed
    assert str(failed) == "failed: mean absolute error 20.65 of at most 20"


def test_slice_over_the_limit_is_named() -> None:
    """A slice can fail although the whole is fine, and is named; small ones are not judged."""
    failed = check_slices(ERRORS, CARRIERS, 25, fewest=200)
    assert failed.name == "slice_carrier"
    assert str(failed) == "failed: limit 25, over: F9 30.00 (of 2 judged, 1 too small)"


def test_all_slices_within() -> None:
    """When all are within, the highest is told."""
    passed = check_slices(ERRORS, CARRIERS, 40, fewest=200)
    assert passed.passed
    assert "highest: F9 30.00" in passed.detail


def test_nothing_to_judge_fails() -> None:
    """Slices that are all too small show nothing, which is no pass."""
    assert not check_slices(ERRORS, CARRIERS, 40, fewest=1000).passed
