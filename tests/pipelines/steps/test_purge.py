"""A purge: what it says, what it does, and that it only says when it is dry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import create_autospec

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service.catalog import RegisteredModelsAPI, TableInfo, TablesAPI
from databricks.sdk.service.serving import ServingEndpoint, ServingEndpointsAPI
from mlflow import MlflowClient

from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import PurgeParameters
from pipelines.steps import purge
from tests.pipelines.conftest import EXPERIMENT, MakeLakehouse, where


@pytest.fixture(scope="module")
def lakehouse(make_lakehouse: MakeLakehouse) -> Lakehouse:
    """The declared tables, which nobody purges."""
    return make_lakehouse("purged")


@pytest.fixture
def workspace() -> Any:
    """A workspace with an old table in each schema, one of them a monitor's, and an old endpoint."""
    long_ago = int((datetime.now(tz=UTC) - timedelta(days=30)).timestamp() * 1000)

    def tables(catalog: str, schema: str, **_: object) -> list[TableInfo]:
        names = (
            ["planes_drift_metrics", "notes_drift_metrics"] if "metrics" in schema else ["planes", "notes"]
        )
        return [
            TableInfo(name=name, full_name=f"{catalog}.{schema}.{name}", created_at=long_ago)
            for name in names
        ]

    client = create_autospec(WorkspaceClient, instance=True)
    client.tables = create_autospec(TablesAPI, instance=True)
    client.tables.list.side_effect = tables
    client.registered_models = create_autospec(RegisteredModelsAPI, instance=True)
    client.registered_models.list.return_value = []
    client.serving_endpoints = create_autospec(ServingEndpointsAPI, instance=True)
    client.serving_endpoints.list.return_value = [
        ServingEndpoint(name=name, creation_timestamp=long_ago) for name in ("flights-pr-1", "flights-delay")
    ]
    return client


def run(lakehouse: Lakehouse, workspace: Any, *, dry_run: bool = False) -> None:
    """Run the step for what is older than two weeks."""
    arguments = [
        *where(lakehouse),
        "--metrics_schema=purged_metrics",
        "--model=dev.purged.arrival_delay",
        f"--experiment={EXPERIMENT}",
        "--tables=flights,planes",
        "--metric_tables=planes_drift_metrics",
        "--endpoints=flights-delay",
        "--after_days=14",
        f"--dry_run={str(dry_run).lower()}",
    ]
    purge.purge(PurgeParameters.parse(arguments), workspace)


@pytest.mark.usefixtures("mlflow_store")
def test_removes_what_is_left_over(
    lakehouse: Lakehouse, workspace: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each thing is a line of the log, and gone; what is declared is never named."""
    run(lakehouse, workspace)
    assert capsys.readouterr().out.splitlines() == [
        "removed endpoint flights-pr-1, 30 days old",
        "removed table dev.purged.notes, 30 days old",
        "removed table dev.purged_metrics.notes_drift_metrics, 30 days old",
        "3 removed",
    ]
    assert [call.args for call in workspace.tables.delete.call_args_list] == [
        ("dev.purged.notes",),
        ("dev.purged_metrics.notes_drift_metrics",),
    ]
    workspace.serving_endpoints.delete.assert_called_once_with("flights-pr-1")


def test_a_dry_run_only_tells(
    lakehouse: Lakehouse, workspace: Any, mlflow_store: MlflowClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same lines, nothing removed; a run of long ago is among them."""
    experiment = mlflow_store.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    made = mlflow_store.create_run(experiment.experiment_id, start_time=1, run_name="train")
    mlflow_store.set_terminated(made.info.run_id, end_time=1)
    run(lakehouse, workspace, dry_run=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "would remove endpoint flights-pr-1, 30 days old"
    assert any(made.info.run_id in line for line in lines)
    assert lines[-1] == "nothing was removed"
    workspace.tables.delete.assert_not_called()
    workspace.serving_endpoints.delete.assert_not_called()
    assert mlflow_store.get_run(made.info.run_id).info.lifecycle_stage == "active"
    mlflow_store.delete_run(made.info.run_id)


@pytest.mark.usefixtures("mlflow_store")
def test_what_is_refused_fails_the_run_at_its_end(lakehouse: Lakehouse, workspace: Any) -> None:
    """Everything else is removed before, and whoever is told of the failure reads what is left."""
    workspace.serving_endpoints.delete.side_effect = PermissionDenied("it is dana's")
    with pytest.raises(PipelineError, match=r"1 could not be removed: endpoint flights-pr-1: it is dana's"):
        run(lakehouse, workspace)
    assert workspace.tables.delete.call_count == 2
