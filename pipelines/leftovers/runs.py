"""Runs of the declared experiment, and experiments beside it that are not declared."""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial

from mlflow import MlflowClient
from mlflow.entities import Experiment, Run

from pipelines.leftovers.leftover import Leftover, instant

_PARENT = "mlflow.parentRunId"
_PAGE = 1000


def find_runs(
    client: MlflowClient, experiment_id: str, kept: Collection[str], before: datetime
) -> Iterator[Leftover]:
    """Yield the runs that ended before an instant, but those that are kept and their children."""
    for run in list(_list_runs(client, experiment_id)):
        since = instant(run.info.start_time, run.info.end_time)
        if since <= before and not {run.info.run_id, run.data.tags.get(_PARENT)} & set(kept):
            name = f"{run.info.run_name} ({run.info.run_id})"
            yield Leftover("run", name, since, partial(client.delete_run, run.info.run_id))


def find_experiments(client: MlflowClient, declared: str, before: datetime) -> Iterator[Leftover]:
    """Yield the experiments in the declared one's folder in which nothing has happened since an instant."""
    folder = declared.rpartition("/")[0]
    for experiment in list(_list_experiments(client, f"{folder}/")):
        if experiment.name != declared:
            since = _find_last_use(client, experiment)
            if since <= before:
                remove = partial(client.delete_experiment, experiment.experiment_id)
                yield Leftover("experiment", experiment.name, since, remove)


def _list_runs(client: MlflowClient, experiment_id: str) -> Iterator[Run]:
    token: str | None = None
    while token is None or token:
        page = client.search_runs([experiment_id], max_results=_PAGE, page_token=token)
        yield from page
        token = page.token or ""


def _list_experiments(client: MlflowClient, prefix: str) -> Iterator[Experiment]:
    token: str | None = None
    while token is None or token:
        page = client.search_experiments(filter_string=f"name LIKE '{prefix}%'", page_token=token)
        yield from (experiment for experiment in page if experiment.name.startswith(prefix))
        token = page.token or ""


def _find_last_use(client: MlflowClient, experiment: Experiment) -> datetime:
    newest = client.search_runs(
        [experiment.experiment_id], max_results=1, order_by=["attributes.start_time DESC"]
    )
    times = [time for run in newest for time in (run.info.start_time, run.info.end_time)]
    return instant(experiment.creation_time, experiment.last_update_time, *times)
