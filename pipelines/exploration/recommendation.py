"""What a ranking means for a project's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pprint import pformat
from typing import Any

from pipelines.exploration.candidates import OWN
from pipelines.exploration.ranking import Ranking
from pipelines.project import Project


@dataclass(frozen=True)
class Recommendation:
    """What to do, and the hyperparameters to put into the settings; None when they stay."""

    text: str
    hyperparameters: Mapping[str, Any] | None


def recommend(project: Project, ranking: Ranking, settings: str) -> Recommendation:
    """Return what follows from a ranking for the candidate that stands for the settings as they are.

    Only what is better beyond doubt, day by day, is a reason to change something: the best of several
    candidates on one month is easily the luckiest.
    """
    file = f"pipelines/projects/{project.name}/settings.py"
    best, baseline = ranking.best, project.heuristic.name
    if not ranking.compare(best, baseline).better:
        return Recommendation(
            f"No candidate is surely better than the {baseline}: look for other features first.", None
        )
    if best == settings:
        return Recommendation(f"Keep {file} as it is: no candidate has a smaller error.", None)
    comparison = ranking.compare(best, settings)
    told = comparison.describe(best, settings)
    if not comparison.better:
        return Recommendation(f"Keep {file} as it is: {told}.", None)
    family = str(ranking.table["family"].iloc[0])
    if family != OWN:
        return Recommendation(f"Consider another model than {file} tunes ({family}): {told}.", None)
    found = dict(ranking.hyperparameters[best])
    return Recommendation(f"Put into {file}: {told}.\n\nHYPERPARAMETERS = {pformat(found)}", found)
