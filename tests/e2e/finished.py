"""Commands that must have succeeded, with an error that is one line where they have not."""

from __future__ import annotations

from subprocess import CompletedProcess


def output_of(finished: CompletedProcess[str]) -> str:
    """What it printed to its standard output; all of it is in the test's own output where it failed."""
    if finished.returncode:
        print(finished.stdout, finished.stderr)  # noqa: T201 - pytest shows it beside the failure
    typed = "; ".join(" ".join(finished.args).splitlines())
    assert finished.returncode == 0, f"{typed}: {_error(finished)}"
    return finished.stdout


def _error(finished: CompletedProcess[str]) -> str:
    """The first error that it tells, or the last thing that it says."""
    lines = [line.strip("│╷╵ ") for line in (finished.stdout + finished.stderr).splitlines()]
    said = [line for line in lines if line] or ["it said nothing"]
    return next((line for line in said if "Error: " in line), said[-1])
