"""How one model is trained: enough to do it again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import pandas as pd

from pipelines.errors import PipelineError
from pipelines.examples import Examples
from pipelines.project import Estimator, Project

FILE = "training.json"
"""Where a run keeps its recipe: parameters of a run would all be texts."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What decides about a model, beside the rows and the code."""

    hyperparameters: Mapping[str, Any]
    seed: int
    max_rows: int  # 0: all

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the recipe that `dump` wrote.

        Raises PipelineError for anything else.
        """
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise PipelineError(f"{FILE} is no recipe: {error}") from error

    def dump(self) -> str:
        """Return the recipe as JSON."""
        return json.dumps(asdict(self), indent=2)


def fit(project: Project, examples: Examples, recipe: Recipe) -> Estimator:
    """Return the estimator trained on everything but the held-out month."""
    rows = pd.concat([examples.fitting, examples.tuning])
    estimator = project.model.estimator(recipe.hyperparameters, recipe.seed)
    estimator.fit(project.model.frame(rows), rows[project.features.label])
    return estimator
