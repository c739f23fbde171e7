"""A named question about a model version, and how a list of them is put."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.checks.result import Result
from pipelines.errors import PipelineError
from pipelines.progress import say

if TYPE_CHECKING:
    from pipelines.checks.candidate import Candidate


@dataclass(frozen=True)
class Check:
    """What is asked of a candidate; the name becomes part of a tag's key: letters, digits and _."""

    name: str
    ask: "Callable[[Candidate], Result]"


def judge(checks: Sequence[Check], candidate: "Candidate") -> dict[str, Result]:
    """Return every check's result, by its name.

    A check that can't be carried out failed: nothing was shown by it.
    """
    results = {}
    for check in checks:
        results[check.name] = _answer(check, candidate)
        say(f"{check.name}: {results[check.name]}")
    return results


def _answer(check: Check, candidate: "Candidate") -> Result:
    try:
        return check.ask(candidate)
    except PipelineError as error:
        return Result(passed=False, detail=str(error))
    except (Exception, SystemExit) as error:  # models and projects may raise whatever they like
        return Result(passed=False, detail=f"the check broke off: {summarise(error)}")


def summarise(error: BaseException) -> str:
    """Return an error's kind and first line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
