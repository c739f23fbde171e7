"""rollback: returns the Champion and the endpoint to the version before, at once.

A run after one that was interrupted completes that one; otherwise each run goes back one promotion.
"""

from collections.abc import Sequence

import mlflow
from databricks.sdk import WorkspaceClient

from pipelines.command import start
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import RollbackParameters
from pipelines.progress import say
from pipelines.projects import find
from pipelines.registry import CHAMPION, Registry
from pipelines.serving import make_entity, serve
from pipelines.succession import find_return, renew_baselines, returning
from pipelines.tracking import find_experiment


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(RollbackParameters, lambda parameters: roll_back(parameters, WorkspaceClient()), arguments)


def roll_back(parameters: RollbackParameters, workspace: WorkspaceClient) -> None:
    """Let the version that the Champion replaced be Champion and answer again.

    Raises PipelineError when there is none, with everything as it was.
    """
    project = find(parameters.project)
    registry = Registry(parameters.model)
    way = find_return(registry)
    done = "completes the return" if way.unfinished else "returns"
    say(f"{CHAMPION} {done} from version {way.leaving} to version {way.to}")
    entity = make_entity(
        parameters.model, way.to, size=parameters.workload_size, scale_to_zero=parameters.scale_to_zero
    )
    tags = {"model": parameters.model, "from_version": way.leaving, "to_version": way.to}
    experiment_id = find_experiment(parameters.experiment)
    with (
        mlflow.start_run(experiment_id=experiment_id, run_name="rollback", tags=tags),
        returning(registry, way),
    ):
        serve(workspace, parameters.endpoint, entity)
        lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
        renew_baselines(lakehouse, project, registry, way.to)
    say(f"version {way.to} is the {CHAMPION}, and endpoint {parameters.endpoint} serves it")
