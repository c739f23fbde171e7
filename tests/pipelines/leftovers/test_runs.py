"""Which runs and experiments are left over, in a real MLflow store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from mlflow import MlflowClient

from pipelines.leftovers.runs import find_experiments, find_runs

NOW = datetime.now(tz=UTC)
BEFORE = NOW - timedelta(days=14)


@pytest.fixture
def experiment(mlflow_store: MlflowClient, request: pytest.FixtureRequest) -> str:
    """An experiment of the test's own, declared."""
    return str(mlflow_store.create_experiment(f"/Projects/{request.node.name}/arrival_delay"))


def add_run(client: MlflowClient, experiment_id: str, *, days: float, parent: str | None = None) -> str:
    """A run that ended so many days ago."""
    time = int((NOW - timedelta(days=days)).timestamp() * 1000)
    tags = {"mlflow.parentRunId": parent} if parent else {}
    run_id = str(client.create_run(experiment_id, start_time=time, tags=tags).info.run_id)
    client.set_terminated(run_id, end_time=time)
    return run_id


def test_old_runs_that_no_version_needs(mlflow_store: MlflowClient, experiment: str) -> None:
    """A version's run stays with its trials, and so does what is younger."""
    old, kept = (add_run(mlflow_store, experiment, days=20) for _ in range(2))
    add_run(mlflow_store, experiment, days=20, parent=kept)
    add_run(mlflow_store, experiment, days=3)
    (leftover,) = find_runs(mlflow_store, experiment, {kept}, BEFORE)
    assert old in leftover.name
    leftover.remove()
    assert mlflow_store.get_run(old).info.lifecycle_stage == "deleted"
    assert not list(find_runs(mlflow_store, experiment, {kept}, BEFORE))


def test_undeclared_experiments_in_which_nothing_happens(mlflow_store: MlflowClient, experiment: str) -> None:
    """Those of the project's folder alone; a run of late, or an experiment of late, lets it stay."""
    declared = mlflow_store.get_experiment(experiment).name
    folder = declared.rpartition("/")[0]
    tried = mlflow_store.create_experiment(f"{folder}/tried")
    mlflow_store.create_experiment("/Projects/elsewhere/tried")
    assert not list(find_experiments(mlflow_store, declared, BEFORE))
    later = datetime.now(tz=UTC) + timedelta(minutes=1)
    (leftover,) = find_experiments(mlflow_store, declared, later)
    assert leftover.name == f"{folder}/tried"
    add_run(mlflow_store, tried, days=-1)
    assert not list(find_experiments(mlflow_store, declared, later))
    leftover.remove()
    assert mlflow_store.get_experiment(tried).lifecycle_stage == "deleted"
