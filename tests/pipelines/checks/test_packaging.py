"""Tags and signatures."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature

from pipelines.checks.packaging import has_signature, has_tags
from pipelines.errors import PipelineError
from tests.pipelines.checks.conftest import make_candidate

EXAMPLE = pd.DataFrame({"a": [1.0, 2.0]})
SIGNATURE = infer_signature(EXAMPLE, np.array([1.0, 2.0]))


def make_scorer(signature: Any, example: Any, predict: Any = len) -> Any:
    """What stands for a loaded model of a signature and an example."""
    model = SimpleNamespace(metadata=SimpleNamespace(signature=signature), input_example=example)
    return SimpleNamespace(model=model, predict=lambda rows: np.zeros(predict(rows)))


def fail(_: Any) -> int:
    """Predict nothing."""
    raise PipelineError("it takes b")


@pytest.mark.parametrize(
    ("scorer", "expected"),
    [
        (make_scorer(SIGNATURE, EXAMPLE), "passed: signature, input example, 2 predictions"),
        (make_scorer(None, EXAMPLE), "failed: no signature of inputs and outputs"),
        (make_scorer(infer_signature(EXAMPLE), EXAMPLE), "failed: no signature of inputs and outputs"),
        (make_scorer(SIGNATURE, None), "failed: no input example"),
        (make_scorer(SIGNATURE, EXAMPLE, lambda _: 1), "failed: 1 predictions for 2 rows"),
        (make_scorer(SIGNATURE, EXAMPLE, fail), "failed: the input example fails: PipelineError: it takes b"),
    ],
)
def test_signature(scorer: Any, expected: str) -> None:
    """A model has a signature of inputs and outputs, and an example that it predicts, row by row."""
    assert str(has_signature().ask(make_candidate(scorer=scorer))) == expected


def test_tags_that_are_absent_or_empty_are_named() -> None:
    """Each tag must be there with a value, whatever it is."""
    check = has_tags("project", "code_version", "code_commit")
    tags = {"project": "flights", "code_version": ""}
    found = check.ask(make_candidate(version=SimpleNamespace(tags=tags)))
    assert str(found) == "failed: no tag code_version, code_commit"
    assert check.ask(
        make_candidate(version=SimpleNamespace(tags=dict.fromkeys(tags | {"code_commit": ""}, "x")))
    ).passed
