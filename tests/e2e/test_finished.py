"""What a failed command is told by."""

from __future__ import annotations

from subprocess import CompletedProcess

import pytest

from tests.e2e.finished import output_of


def test_what_it_printed() -> None:
    """A command that succeeded gives its output."""
    assert output_of(CompletedProcess(["true"], 0, "all is well\n", "a warning")) == "all is well\n"


@pytest.mark.parametrize(
    ("printed", "error"),
    [
        ("│ Error: no such job\n│ with it\n", "Error: no such job"),
        ("begun\nbroken\n", "broken"),
        ("", "it said nothing"),
    ],
)
def test_one_line_of_a_failure(printed: str, error: str) -> None:
    """The first error, or else the last line."""
    with pytest.raises(AssertionError, match=rf"^bash deploy; diff: {error}$"):
        output_of(CompletedProcess(["bash", "deploy\ndiff"], 1, printed, ""))
