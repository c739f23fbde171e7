"""Labelled flights to explore: few, but of three real months."""

from __future__ import annotations

import pytest

from pipelines.examples import Examples, read_examples
from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights import PROJECT


@pytest.fixture(scope="package")
def examples(ingested: Lakehouse) -> Examples:
    """Two months to train on, a third that is held out."""
    return read_examples(ingested, PROJECT, max_rows=3000, seed=1)
