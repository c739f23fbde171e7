"""How much each input contributes to predictions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.project import Estimator, Project

if TYPE_CHECKING:
    import pandas

SAMPLE = 1000
"""Rows that are explained: enough for pictures, and exact for each."""


@dataclass(frozen=True)
class Explanation:
    """SHAP values of some rows: what each input (column) adds to each row's prediction."""

    inputs: "pandas.DataFrame"
    contributions: "np.ndarray[Any, Any]"  # of the same shape
    categories: frozenset[str]  # inputs that are no numbers

    @property
    def ranking(self) -> list[tuple[str, float]]:
        """The inputs by their mean absolute contribution, the largest first."""
        means = np.abs(self.contributions).mean(axis=0)
        order = np.argsort(-means, kind="stable")
        return [(str(self.inputs.columns[number]), float(means[number])) for number in order]

    def of(self, name: str) -> "np.ndarray[Any, Any]":
        """Return one input's contributions."""
        return self.contributions[:, self.inputs.columns.get_loc(name)]


def explain(project: Project, estimator: Estimator, rows: "pandas.DataFrame", seed: int) -> Explanation:
    """Return the explanation of a sample of rows, the same one for the same rows and seed."""
    sample = rows.sample(min(SAMPLE, len(rows)), random_state=seed)
    inputs = project.model.frame(sample).reset_index(drop=True)
    return Explanation(inputs, project.model.explain(estimator, inputs), frozenset(project.model.categories))
