"""Putting a list of checks."""

from __future__ import annotations

import sys

from pipelines.checks.candidate import Candidate
from pipelines.checks.check import Check, judge, summarise
from pipelines.checks.result import Result
from pipelines.errors import PipelineError
from tests.pipelines.checks.conftest import make_candidate


def test_every_check_is_asked() -> None:
    """Results come by name, in the list's order; a failure doesn't end the list."""
    checks = [
        Check("large", lambda _: Result(passed=False, detail="too large")),
        Check("fast", lambda _: Result(passed=True, detail="fast")),
    ]
    results = judge(checks, make_candidate())
    assert list(results) == ["large", "fast"]
    assert [result.passed for result in results.values()] == [False, True]


def test_what_breaks_off_has_failed() -> None:
    """A check that raises, or that the model ends, failed for that reason: it never counts as passed."""

    def divide(_: Candidate) -> Result:
        return Result(passed=1 / 0 > 1, detail="")

    def exit_well(_: Candidate) -> Result:
        sys.exit(0)

    def lack(_: Candidate) -> Result:
        raise PipelineError("no labelled rows of 2013-09")

    results = judge([Check("a", divide), Check("b", exit_well), Check("c", lack)], make_candidate())
    assert [str(result) for result in results.values()] == [
        "failed: the check broke off: ZeroDivisionError: division by zero",
        "failed: the check broke off: SystemExit: 0",
        "failed: no labelled rows of 2013-09",
    ]


def test_errors_are_one_line() -> None:
    """An error's kind and first line are told."""
    assert summarise(ValueError("\nbad\nworse")) == "ValueError: bad"
    assert summarise(ValueError()) == "ValueError"
