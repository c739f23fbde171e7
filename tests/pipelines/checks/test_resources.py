"""Time and size."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipelines.checks import resources
from pipelines.checks.resources import answers_within, fits_in
from tests.pipelines.checks.conftest import make_candidate


class Clock:
    """Time that passes while a model predicts."""

    def __init__(self, *seconds: float) -> None:
        self._seconds = list(seconds)
        self.now = 0.0

    def perf_counter(self) -> float:
        """Tell the time."""
        return self.now

    def predict(self, rows: pd.DataFrame) -> Any:
        """Let the next time pass, the last one again and again."""
        self.now += self._seconds.pop(0) if len(self._seconds) > 1 else self._seconds[0]
        return np.zeros(len(rows))


def ask(monkeypatch: pytest.MonkeyPatch, clock: Clock, rows: int) -> str:
    """Whether a model that takes that long answers within 100 ms."""
    monkeypatch.setattr(resources, "time", clock)
    candidate = make_candidate(
        scorer=SimpleNamespace(predict=clock.predict), rows=pd.DataFrame({"a": range(rows)})
    )
    return str(answers_within(100).ask(candidate))


def test_the_median_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the first prediction nor a slow moment decides."""
    told = ask(monkeypatch, Clock(9.0, 0.02, 5.0, 0.02), rows=1000)
    assert told == "passed: median 20.0 ms of at most 100 ms (slowest of 50: 5000.0 ms)"


def test_slow_model_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is slow most of the time fails."""
    assert ask(monkeypatch, Clock(0.3), rows=20).startswith("failed: median 300.0 ms of at most 100 ms")


def test_without_rows_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single row is the first prediction, which is none that counts."""
    assert ask(monkeypatch, Clock(0.01), rows=1) == "failed: there are no two held-out rows to predict"


def test_size() -> None:
    """The process's size is held against the limit."""
    assert str(fits_in(200).ask(make_candidate(megabytes=260.2))) == (
        "failed: 260 MB with its libraries, of at most 200 MB"
    )
    assert fits_in(300).ask(make_candidate(megabytes=260.2)).passed
