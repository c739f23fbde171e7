"""Whether people can find out what a model version is for, and whether they may use it so."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pipelines.card import FILE as CARD
from pipelines.card import find_gaps
from pipelines.checks.check import Check
from pipelines.checks.result import Result
from pipelines.explanation.pictures import FILES as PICTURES

if TYPE_CHECKING:
    from pipelines.checks.candidate import Candidate


def is_documented() -> Check:
    """Return the check for a description, a complete model card, and pictures of what matters to it."""

    def ask(candidate: "Candidate") -> Result:
        problems = [] if (candidate.version.description or "").strip() else ["no description"]
        card = candidate.registry.read_attached(candidate.number, CARD)
        problems += [f"no {CARD}"] if card is None else [f"{CARD}: {gap}" for gap in find_gaps(card)]
        problems += [f"no {file}" for file in PICTURES if not candidate.registry.has(candidate.number, file)]
        return Result(not problems, "; ".join(problems) or f"description, {CARD}, {len(PICTURES)} pictures")

    return Check("documentation", ask)


def complies(allowed: Mapping[str, Collection[str]]) -> Check:
    """Return the check that each tag has one of the values that the organisation allows."""

    def ask(candidate: "Candidate") -> Result:
        found = {name: candidate.version.tags.get(name) for name in allowed}
        problems = [
            f"{name} is {value or 'not set'} ({' or '.join(allowed[name])} allowed)"
            for name, value in found.items()
            if value not in allowed[name]
        ]
        told = ", ".join(f"{name} {value}" for name, value in found.items())
        return Result(not problems, "; ".join(problems) or told)

    return Check("compliance", ask)
