"""Who a new version is shown beside."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import create_autospec

import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException

from pipelines import champion
from pipelines.champion import find_champion
from pipelines.errors import PipelineError
from pipelines.examples import Examples
from pipelines.months import Month
from pipelines.registry import Registry
from pipelines.scoring import Scorer

MODEL = "prod.flights.arrival_delay"
EXAMPLES = cast(
    Examples, SimpleNamespace(held_out=pd.DataFrame({"a": [1.0, 2.0]}), held_out_month=Month(2013, 6))
)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The registered model: its Champion is version 3, which predicts zeros."""
    made = create_autospec(Registry, instance=True)
    made.holder.return_value = "3"
    made.version.return_value = SimpleNamespace(tags={"trained_until": "2013-05"})
    monkeypatch.setattr(champion, "Registry", lambda _: made)
    scorer = create_autospec(Scorer, instance=True)
    scorer.predict.side_effect = lambda rows: np.zeros(len(rows))
    monkeypatch.setattr(Scorer, "load", lambda *_: scorer)
    return made


@pytest.mark.parametrize(
    ("tags", "remark"),
    [
        ({"trained_until": "2013-05"}, "was trained until 2013-05."),
        ({"trained_until": "2013-06"}, "was trained until 2013-06: it knows 2013-06 and looks too good."),
        ({}, "doesn't tell until when it was trained: it may know 2013-06."),
    ],
)
def test_champion_predicts_the_held_out_rows(registry: Any, tags: dict[str, str], remark: str) -> None:
    """Its predictions come with what to mind about them: whether it has seen the rows."""
    registry.version.return_value = SimpleNamespace(tags=tags)
    entrant, told = find_champion(MODEL, EXAMPLES)
    assert entrant is not None
    assert list(entrant.predictions) == [0.0, 0.0]
    assert told == f"Champion, version 3 of {MODEL}, {remark}"


def test_no_champion_is_said(registry: Any) -> None:
    """A model without Champion is no error."""
    registry.holder.return_value = None
    assert find_champion(MODEL, EXAMPLES) == (None, f"{MODEL} has no Champion to compare with.")


@pytest.mark.parametrize(
    "error",
    [
        PipelineError(f"registered model {MODEL}: you may not read it"),
        MlflowException("you may not read it\nat all"),
        OSError("you may not read it"),
    ],
)
def test_what_may_not_be_read_is_said(registry: Any, error: Exception) -> None:
    """A Champion that the caller may not read, or that isn't declared, ends nothing."""
    registry.version.side_effect = error
    entrant, told = find_champion(MODEL, EXAMPLES)
    assert entrant is None
    assert told.startswith(f"The Champion of {MODEL} could not be compared with: ")
    assert "you may not read it" in told
    assert "\n" not in told
