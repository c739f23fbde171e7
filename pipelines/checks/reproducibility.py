"""Whether a model version is what its code makes of its data."""

from typing import TYPE_CHECKING

import numpy as np

from pipelines.checks.check import Check
from pipelines.checks.result import Result
from pipelines.errors import PipelineError
from pipelines.examples import read_examples
from pipelines.training import FILE, Recipe, fit

if TYPE_CHECKING:
    from pipelines.checks.candidate import Candidate


def trains_again(*, within: float) -> Check:
    """Return the check that training again gives predictions that differ by no more than `within`.

    It trains once, on all the rows that the version says it was trained on (its data's digest must be the
    same) with the hyperparameters and the seed that its run tells, and lets both predict the held-out
    rows. So it shows that the version comes from this data and this code, and that no chance is left in
    it; not that another machine or other releases of the libraries would give the same.
    """

    def ask(candidate: "Candidate") -> Result:
        recipe = _read_recipe(candidate)
        examples = read_examples(
            candidate.lakehouse,
            candidate.project,
            max_rows=recipe.max_rows,
            seed=recipe.seed,
            held_out_month=candidate.held_out_month,
        )
        digest, told = examples.training_data.digest, candidate.version.tags.get("data_digest")
        if digest != told:
            return Result(passed=False, detail=f"its data is {digest} now, and was {told}")
        again = fit(candidate.project, examples, recipe)
        predictions = again.predict(candidate.project.model.frame(candidate.rows))
        largest = float(np.abs(predictions - candidate.predictions).max())
        return Result(
            largest <= within,
            f"trained again on {examples.training_data.rows:,} rows, {len(predictions):,} predictions differ "
            f"by at most {largest:.2g} ({within:g} allowed)",
        )

    return Check("reproducibility", ask)


def _read_recipe(candidate: "Candidate") -> Recipe:
    text = candidate.registry.read_attached(candidate.number, FILE)
    if text is None:
        raise PipelineError(f"its run has no {FILE} that tells how it was trained")
    return Recipe.parse(text)
