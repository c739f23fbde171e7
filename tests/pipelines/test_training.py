"""Recipes."""

from __future__ import annotations

import pytest

from pipelines.errors import PipelineError
from pipelines.training import Recipe


def test_recipe_keeps_its_types() -> None:
    """What is written is read again, numbers as numbers."""
    recipe = Recipe(hyperparameters={"n_estimators": 150, "learning_rate": 0.07}, seed=7, max_rows=0)
    assert Recipe.parse(recipe.dump()) == recipe


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"seed": 1}', '{"hyperparameters": {}, "seed": 1, "rows": 2}']
)
def test_anything_else_is_refused(text: str) -> None:
    """A text that is no recipe, or has other fields, is refused."""
    with pytest.raises(PipelineError, match=r"training\.json is no recipe: "):
        Recipe.parse(text)
