"""Whether a model version is complete enough to be used by whoever gets it."""

from collections.abc import Sequence

from mlflow.entities.model_registry import ModelVersion

from pipelines.checks.result import Result
from pipelines.scoring import Scorer


def check_format(scorer: Scorer) -> Result:
    """The version has a signature and an input example, and predicts its own example."""
    signature = scorer.model.metadata.signature
    if signature is None or not signature.inputs or not signature.outputs:
        return Result("format", passed=False, detail="no signature of inputs and outputs")
    example = scorer.model.input_example
    if example is None:
        return Result("format", passed=False, detail="no input example")
    try:
        predictions = scorer.predict(example)
    except Exception as error:  # whatever the model raises is what this check finds out
        return Result("format", passed=False, detail=f"the input example fails: {summarise(error)}")
    if len(predictions) != len(example):
        return Result(
            "format", passed=False, detail=f"{len(predictions)} predictions for {len(example)} rows"
        )
    return Result("format", passed=True, detail=f"signature, input example, {len(predictions)} predictions")


def check_metadata(version: ModelVersion, required: Sequence[str]) -> Result:
    """The version is described and carries the required tags."""
    absent = [key for key in required if not version.tags.get(key)]
    problems = [] if (version.description or "").strip() else ["no description"]
    if absent:
        problems.append(f"no tag {', '.join(absent)}")
    return Result("metadata", not problems, "; ".join(problems) or f"description and {len(required)} tags")


def summarise(error: Exception) -> str:
    """Return an error's kind and first line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
