"""Whether a model version is complete enough to be used by whoever gets it."""

from typing import TYPE_CHECKING

from pipelines.checks.check import Check, summarise
from pipelines.checks.result import Result

if TYPE_CHECKING:
    from pipelines.checks.candidate import Candidate


def loads() -> Check:
    """Return the check that the model can be loaded, and does nothing but that."""

    def ask(candidate: "Candidate") -> Result:
        return Result(passed=True, detail=f"in quarantine and here: {candidate.scorer.kind}")

    return Check("loads", ask)


def has_signature() -> Check:
    """Return the check for a signature and an input example, which the model predicts."""

    def ask(candidate: "Candidate") -> Result:
        model = candidate.scorer.model
        signature, example = model.metadata.signature, model.input_example
        if signature is None or not signature.inputs or not signature.outputs:
            return Result(passed=False, detail="no signature of inputs and outputs")
        if example is None:
            return Result(passed=False, detail="no input example")
        try:
            predictions = candidate.scorer.predict(example)
        except Exception as error:  # whatever the model raises is what this check finds out
            return Result(passed=False, detail=f"the input example fails: {summarise(error)}")
        if len(predictions) != len(example):
            return Result(passed=False, detail=f"{len(predictions)} predictions for {len(example)} rows")
        return Result(passed=True, detail=f"signature, input example, {len(predictions)} predictions")

    return Check("signature", ask)


def has_tags(*names: str) -> Check:
    """Return the check that a version carries tags, whatever their values."""

    def ask(candidate: "Candidate") -> Result:
        absent = [name for name in names if not candidate.version.tags.get(name)]
        detail = f"no tag {', '.join(absent)}" if absent else f"{len(names)} tags"
        return Result(not absent, detail)

    return Check("tags", ask)
