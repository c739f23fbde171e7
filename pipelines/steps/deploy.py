"""deploy: lets the Challenger become Champion if it is better, and the endpoint serve the Champion.

A run that finds its version as Champion already compares nothing, and only brings the endpoint and what
monitors compare with to it and to what its parameters say: so it can be repeated after a failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mlflow
import numpy as np
from databricks.sdk import WorkspaceClient

from pipelines.command import start
from pipelines.comparison import Comparison, compare
from pipelines.errors import PipelineError
from pipelines.examples import find_days, read_held_out
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import DeployParameters
from pipelines.progress import say, timed
from pipelines.project import Project
from pipelines.projects import find
from pipelines.registry import CHALLENGER, CHAMPION, PASSED, STATUS, Registry, month_of, parse_uri
from pipelines.scoring import Scorer
from pipelines.serving import make_entity, serve
from pipelines.succession import promote, renew_baselines
from pipelines.tracking import find_experiment

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Contest:
    """A version that wants to be Champion, and who is it; None where nobody is."""

    project: Project
    registry: Registry
    challenger: str
    champion: str | None

    @property
    def baseline(self) -> str:
        """What the challenger has to beat, for people."""
        heuristic = f"the {self.project.heuristic.name}"
        return heuristic if self.champion is None else f"{CHAMPION} version {self.champion}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(DeployParameters, lambda parameters: deploy(parameters, WorkspaceClient()), arguments)


def deploy(parameters: DeployParameters, workspace: WorkspaceClient) -> None:
    """Promote the version if it is better, and let the endpoint serve the Champion."""
    project = find(parameters.project)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    name, number = parse_uri(parameters.model_uri)
    registry = Registry(name)
    champion = registry.holder(CHAMPION)
    if champion == number:
        say(f"version {number} is the {CHAMPION} already")
    elif _wins(parameters, lakehouse, Contest(project, registry, number, champion)):
        promote(registry, number)
        say(f"version {number} is the {CHAMPION}")
        champion = number
    if champion is None:
        say(f"there is no {CHAMPION}: endpoint {parameters.endpoint} stays as it is")
        return
    size, scales = parameters.workload_size, parameters.scale_to_zero
    serve(workspace, parameters.endpoint, make_entity(name, champion, size=size, scale_to_zero=scales))
    if champion == number:
        renew_baselines(lakehouse, project, registry, number)


def _wins(parameters: DeployParameters, lakehouse: Lakehouse, contest: Contest) -> bool:
    """Return whether the version beats the Champion, or the heuristic where there is none.

    The outcome is a run, and a tag of the version. Raises PipelineError for a version that validation
    didn't make the Challenger.
    """
    _require_challenger(contest)
    month = month_of(contest.registry.version(contest.challenger), "held_out_month")
    with timed("read held-out rows") as note:
        rows = read_held_out(lakehouse, contest.project, month)
        note(f"{len(rows):,} rows of {month}")
    tags = {
        "challenger": contest.challenger,
        "baseline": contest.baseline,
        "model": contest.registry.name,
    }
    experiment_id = find_experiment(parameters.experiment)
    with mlflow.start_run(experiment_id=experiment_id, run_name="deploy", tags=tags):
        with timed("compared"):
            comparison = _measure(contest, rows)
        outcome = comparison.describe(f"version {contest.challenger}", contest.baseline)
        say(outcome)
        _log(comparison)
        mlflow.set_tag("outcome", outcome)
    contest.registry.tag(contest.challenger, "comparison", outcome)
    return comparison.better


def _require_challenger(contest: Contest) -> None:
    status = contest.registry.version(contest.challenger).tags.get(STATUS, "not set")
    challenger = contest.registry.holder(CHALLENGER)
    if status != PASSED or challenger != contest.challenger:
        uri = f"models:/{contest.registry.name}/{contest.challenger}"
        state = f"{STATUS} is {status}, the {CHALLENGER} is {challenger}"
        raise PipelineError(f"{uri} may not be deployed: {state}; validate it first")


def _measure(contest: Contest, rows: "pandas.DataFrame") -> Comparison:
    """Return the comparison of both on the same rows."""
    project, name = contest.project, contest.registry.name
    truth = rows[project.features.label].to_numpy()
    challenging = Scorer.load(name, contest.challenger).predict(rows)
    standing = (
        project.heuristic.predict(rows)
        if contest.champion is None
        else Scorer.load(name, contest.champion).predict(rows)
    )
    return compare(np.abs(challenging - truth), np.abs(standing - truth), find_days(rows, project))


def _log(comparison: Comparison) -> None:
    mlflow.log_metrics(
        {
            "challenger_mean_absolute_error": comparison.challenger,
            "baseline_mean_absolute_error": comparison.baseline,
            "gain": comparison.gain,
            "gain_at_least": comparison.at_least,
            "held_out_rows": float(comparison.rows),
        }
    )
