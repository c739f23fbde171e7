"""deploy: lets the Challenger become Champion if it is better, and the endpoint serve the Champion.

A run that finds its version as Champion already compares nothing, and only brings the endpoint to what
its parameters say: so it can be repeated after a failure.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import mlflow
import numpy as np
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.serving import ServedEntityInput

from pipelines.command import start
from pipelines.comparison import Comparison, compare
from pipelines.errors import PipelineError
from pipelines.examples import find_days, read_held_out
from pipelines.lakehouse import Lakehouse
from pipelines.months import Month
from pipelines.parameters import DeployParameters
from pipelines.progress import say, timed
from pipelines.project import Project
from pipelines.projects import find
from pipelines.registry import CHALLENGER, CHAMPION, PASSED, STATUS, Registry, parse_uri
from pipelines.scoring import Scorer
from pipelines.serving import serve
from pipelines.tracking import find_experiment

if TYPE_CHECKING:
    import pandas


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(DeployParameters, lambda parameters: deploy(parameters, WorkspaceClient()), arguments)


def deploy(parameters: DeployParameters, workspace: WorkspaceClient) -> None:
    """Promote the version if it is better, and let the endpoint serve the Champion."""
    name, number = parse_uri(parameters.model_uri)
    registry = Registry(name)
    champion = registry.holder(CHAMPION)
    if champion == number:
        say(f"version {number} is the {CHAMPION} already")
    elif _challenge(parameters, registry, number, champion):
        registry.give(CHAMPION, number)
        say(f"version {number} is the {CHAMPION}")
        champion = number
    if champion is None:
        say(f"there is no {CHAMPION}: endpoint {parameters.endpoint} stays as it is")
    else:
        serve(workspace, parameters.endpoint, _make_entity(parameters, name, champion))


def _make_entity(parameters: DeployParameters, name: str, version: str) -> ServedEntityInput:
    return ServedEntityInput(
        name=f"{name.rsplit('.', maxsplit=1)[-1]}-{version}",
        entity_name=name,
        entity_version=version,
        workload_size=parameters.workload_size,
        scale_to_zero_enabled=parameters.scale_to_zero,
    )


def _challenge(parameters: DeployParameters, registry: Registry, number: str, champion: str | None) -> bool:
    """Return whether the version beats the Champion, or the heuristic where there is none.

    Raises PipelineError for a version that validation didn't make the Challenger.
    """
    project = find(parameters.project)
    tags = registry.version(number).tags
    if tags.get(STATUS) != PASSED or registry.holder(CHALLENGER) != number:
        state = (
            f"{STATUS} is {tags.get(STATUS, 'not set')}, the {CHALLENGER} is {registry.holder(CHALLENGER)}"
        )
        raise PipelineError(f"{parameters.model_uri} may not be deployed: {state}; validate it first")
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    with timed("read held-out rows") as note:
        rows = read_held_out(lakehouse, project, Month.parse(tags["held_out_month"]))
        note(f"{len(rows):,} rows of {tags['held_out_month']}")
    return _compare(parameters, project, registry, rows, (number, champion))


def _compare(
    parameters: DeployParameters,
    project: Project,
    registry: Registry,
    rows: "pandas.DataFrame",
    versions: tuple[str, str | None],
) -> bool:
    """Compare, and write the outcome down as a run and as a tag of the version."""
    number, champion = versions
    baseline = f"the {project.heuristic.name}" if champion is None else f"{CHAMPION} version {champion}"
    run_tags = {"challenger": number, "baseline": baseline, "model": registry.name}
    with mlflow.start_run(
        experiment_id=find_experiment(parameters.experiment), run_name="deploy", tags=run_tags
    ):
        with timed("compared"):
            comparison = _measure(project, registry.name, rows, versions)
        outcome = comparison.describe(f"version {number}", baseline)
        say(outcome)
        _log(comparison)
        mlflow.set_tag("outcome", outcome)
    registry.tag(number, "comparison", outcome)
    return comparison.better


def _measure(
    project: Project, name: str, rows: "pandas.DataFrame", versions: tuple[str, str | None]
) -> Comparison:
    number, champion = versions
    truth = rows[project.features.label].to_numpy()
    challenging = Scorer.load(name, number).predict(rows)
    standing = (
        project.heuristic.predict(rows) if champion is None else Scorer.load(name, champion).predict(rows)
    )
    return compare(np.abs(challenging - truth), np.abs(standing - truth), find_days(rows, project))


def _log(comparison: Comparison) -> None:
    values: dict[str, Any] = {
        "challenger_mae": comparison.challenger,
        "baseline_mae": comparison.baseline,
        "gain": comparison.gain,
        "gain_at_least": comparison.at_least,
        "held_out_rows": comparison.rows,
    }
    mlflow.log_metrics({key: float(value) for key, value in values.items()})
