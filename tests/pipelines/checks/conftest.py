"""What checks are asked about."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from pipelines.checks.candidate import Candidate

CARRIERS = ["UA"] * 300 + ["F9"] * 300 + ["OO"] * 5


def make_candidate(**given: Any) -> Candidate:
    """A candidate of which only what is given can be had."""
    return cast(Candidate, SimpleNamespace(**given))


@pytest.fixture
def erring() -> Candidate:
    """A candidate with small errors on one carrier, larger ones on another, and on a third a few rows."""
    errors = np.concatenate([np.full(300, 10.0), np.full(300, 30.0), np.full(5, 99.0)])
    rows = pd.DataFrame({"carrier": CARRIERS}, index=range(1000, 1605))
    return make_candidate(errors=errors, rows=rows)
