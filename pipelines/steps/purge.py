"""purge: removes what nobody declared and nothing uses, once it is older than so many days.

For environments whose assets are temporary. What is declared, has an alias or is served stays, and so do
the version that the Champion replaced and the runs of the versions that stay.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from databricks.sdk import WorkspaceClient
from mlflow import MlflowClient

from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.leftovers.endpoints import find_endpoints, find_served
from pipelines.leftovers.leftover import Leftover
from pipelines.leftovers.models import Models
from pipelines.leftovers.runs import find_experiments, find_runs
from pipelines.leftovers.tables import find_tables
from pipelines.parameters import PurgeParameters
from pipelines.progress import say
from pipelines.tracking import find_experiment


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(PurgeParameters, lambda parameters: purge(parameters, WorkspaceClient()), arguments)


def purge(parameters: PurgeParameters, workspace: WorkspaceClient) -> None:
    """Remove what is old and left over, or only tell it; each thing is a line of the log.

    Raises PipelineError, after everything else is removed, with what could not be.
    """
    now = datetime.now(tz=UTC)
    refused = []
    removed = 0
    for leftover in _find(parameters, workspace, now - timedelta(days=parameters.after_days)):
        if parameters.dry_run:
            say(f"would remove {leftover.describe(now)}")
        elif reason := leftover.try_to_remove():
            refused.append(f"{leftover.kind} {leftover.name}: {reason}")
            say(f"could not remove {leftover.describe(now)}: {reason}")
        else:
            removed += 1
            say(f"removed {leftover.describe(now)}")
    if refused:
        raise PipelineError(f"{len(refused)} could not be removed: {'; '.join(refused)}")
    say("nothing was removed" if not removed else f"{removed} removed")


def _find(parameters: PurgeParameters, workspace: WorkspaceClient, before: datetime) -> Iterator[Leftover]:
    """Yield what is left over: endpoints before the versions they serve, runs after their versions."""
    yield from _find_models_and_endpoints(parameters, workspace, before)
    kept = {parameters.schema: parameters.tables, parameters.metrics_schema: parameters.metric_tables}
    for schema, tables in kept.items():
        lakehouse = Lakehouse.connect(parameters.catalog, schema)
        yield from find_tables(workspace, lakehouse, tables, before)


def _find_models_and_endpoints(
    parameters: PurgeParameters, workspace: WorkspaceClient, before: datetime
) -> Iterator[Leftover]:
    endpoints = list(workspace.serving_endpoints.list())
    going = list(find_endpoints(workspace, endpoints, parameters.project, parameters.endpoints, before))
    yield from going
    leaving = {leftover.name for leftover in going} if parameters.dry_run else set()
    client = MlflowClient()
    models = Models(workspace, client, find_served(list(workspace.serving_endpoints.list()), leaving))
    yield from models.find(parameters.model, before)
    yield from find_runs(client, find_experiment(parameters.experiment), models.runs, before)
    yield from find_experiments(client, parameters.experiment, before)
