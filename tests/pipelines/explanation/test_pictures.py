"""Pictures of contributions."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from pipelines.explanation.contributions import Explanation
from pipelines.explanation.pictures import FILES, draw, draw_dependence, draw_summary

ROWS = 200


@pytest.fixture
def explanation() -> Explanation:
    """Four inputs, one of them a category of many values, one without any value, one that never matters."""
    random = np.random.default_rng(1)
    inputs = pd.DataFrame(
        {
            "distance": random.normal(size=ROWS),
            "dest": [f"A{number % 20:02d}" for number in range(ROWS)],
            "gust": np.full(ROWS, np.nan),
            "idle": np.ones(ROWS),
        }
    )
    contributions = random.normal(size=(ROWS, 4)) * [1.0, 5.0, 0.5, 0.0]
    return Explanation(inputs, contributions, frozenset({"dest"}))


def test_inputs_are_ranked(explanation: Explanation) -> None:
    """The inputs stand in the order of their mean absolute contributions."""
    assert [name for name, _ in explanation.ranking] == ["dest", "distance", "gust", "idle"]
    assert explanation.ranking[-1] == ("idle", 0.0)


def test_pictures_are_files_of_their_own_size(explanation: Explanation) -> None:
    """Each picture is a PNG that is large enough to be read."""
    pictures = draw(explanation, "minutes")
    assert tuple(pictures) == FILES
    for picture in pictures.values():
        file = io.BytesIO()
        picture.savefig(file, format="png")
        width = int.from_bytes(file.getvalue()[16:20], "big")
        assert file.getvalue().startswith(b"\x89PNG")
        assert width > 1000


def test_summary_names_every_input(explanation: Explanation) -> None:
    """Bars stand in the ranking's order, in the label's unit."""
    bars, points, _ = draw_summary(explanation, "minutes").axes
    assert [label.get_text() for label in bars.get_yticklabels()] == ["dest", "distance", "gust", "idle"]
    assert "minutes" in bars.get_xlabel()
    assert "200 held-out rows" in points.get_title()


def test_dependence_shows_values(explanation: Explanation) -> None:
    """Categories have one box each for the most frequent, numbers say how many values are missing."""
    panels = {axes.get_title(): axes for axes in draw_dependence(explanation, "minutes").axes}
    assert len(panels["dest"].get_xticklabels()) == 12
    assert panels["dest"].get_xlabel() == "dest: the 12 most frequent"
    assert panels["gust"].get_xlabel() == "gust (100% missing, not drawn)"
    assert "minutes" in panels["distance"].get_ylabel()
