"""Limits of errors."""

from __future__ import annotations

import numpy as np

from pipelines.checks.candidate import Candidate
from pipelines.checks.performance import mean_error, mean_error_by
from tests.pipelines.checks.conftest import make_candidate


def test_overall(erring: Candidate) -> None:
    """The mean error is held against the limit, and told."""
    assert mean_error(at_most=25).ask(erring).passed
    failed = mean_error(at_most=20).ask(erring)
    assert not failed.passed
    assert str(failed) == "failed: mean absolute error 20.65 of at most 20"


def test_no_number_is_no_pass() -> None:
    """Errors that are not a number are beyond every limit."""
    assert not mean_error(at_most=20).ask(make_candidate(errors=np.array([1.0, np.nan]))).passed


def test_slice_over_the_limit_is_named(erring: Candidate) -> None:
    """A slice can fail although the whole is fine, and is named; small ones are not judged."""
    check = mean_error_by("carrier", at_most=25, fewest_rows=200)
    assert check.name == "slice_carrier"
    assert str(check.ask(erring)) == "failed: limit 25, over: F9 30.00 (of 2 judged, 1 too small)"


def test_all_slices_within(erring: Candidate) -> None:
    """When all are within, the highest is told."""
    passed = mean_error_by("carrier", at_most=40, fewest_rows=200).ask(erring)
    assert passed.passed
    assert "highest: F9 30.00" in passed.detail


def test_nothing_to_judge_fails(erring: Candidate) -> None:
    """Slices that are all too small show nothing, which is no pass."""
    assert not mean_error_by("carrier", at_most=40, fewest_rows=1000).ask(erring).passed
