"""A data scientist reads production and never writes it; whoever is entitled can do the same call."""

from __future__ import annotations

from pathlib import Path

import mlflow
import pytest
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service.jobs import JobSettings
from databricks.sdk.service.serving import DataframeSplitInput
from databricks.sdk.service.sql import StatementResponse, StatementState
from mlflow.exceptions import MlflowException

from tests.e2e.conftest import Deployed, Statement

MODEL = "prod.flights.arrival_delay"
ENDPOINT = "flights-arrival-delay"


@pytest.fixture
def profiles(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow clients find the profiles of the deployed account, and a data scientist's first."""
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(deployed.folder / "databrickscfg"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "databricks://dana-dev")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc://dana-dev")


def registry(profile: str) -> mlflow.MlflowClient:
    """MLflow's client as the owner of a profile."""
    return mlflow.MlflowClient(f"databricks://{profile}", f"databricks-uc://{profile}")


def refusal(response: StatementResponse) -> str:
    """The error of a statement that must have failed."""
    assert response.status is not None
    assert response.status.state is StatementState.FAILED
    assert response.status.error is not None
    return response.status.error.message or ""


def rows(response: StatementResponse) -> list[list[str]]:
    """The rows of a statement that must have succeeded."""
    assert response.status is not None
    assert response.status.state is StatementState.SUCCEEDED, response.status.error
    return (response.result.data_array if response.result else None) or []


@pytest.mark.parametrize(
    "table",
    [
        *("flights.flights", "flights.weather", "flights.planes", "flights.flight_features"),
        *("flights.arrival_delay_predictions", "flights.arrival_delay_payload"),
        *("flights.arrival_delay_requests", "flights.operational_metrics"),
        "flights_metrics.flight_features_drift_metrics",
        "flights_metrics.arrival_delay_predictions_profile_metrics",
    ],
)
def test_reads_production_tables_from_dev(execute: Statement, table: str) -> None:
    """Data scientists read every prod table with dev's warehouse: inference and metric tables, too."""
    ((count,),) = rows(execute("dana-dev", f"SELECT count(*) FROM prod.{table}"))
    assert int(count) > 0


def test_metric_tables_are_written_by_the_monitors_alone(execute: Statement) -> None:
    """Neither a data scientist nor an ML engineer changes what was computed; the monitors' owner could."""
    delete = "DELETE FROM prod.flights_metrics.planes_profile_metrics WHERE column_name = 'nothing'"
    assert "INSUFFICIENT_PERMISSIONS" in refusal(execute("dana-dev", delete))
    assert "INSUFFICIENT_PERMISSIONS" in refusal(execute("emil-prod", delete))
    rows(execute("prod", delete))


def test_sees_the_key_and_time_of_the_feature_table(deployed: Deployed) -> None:
    """Feature engineering finds rows by the table's primary key, and by its time the latest before a time."""
    table = deployed.client("dana-dev").tables.get("prod.flights.flight_features")
    (key,) = [constraint.primary_key_constraint for constraint in table.table_constraints or []]
    assert key is not None
    assert (key.child_columns, key.timeseries_columns) == (["flight_id", "scheduled_at"], ["scheduled_at"])


SCRATCH = "prod.flights.scratch"


@pytest.mark.parametrize(
    "sql",
    [
        f"INSERT INTO {SCRATCH} VALUES (1)",
        f"UPDATE {SCRATCH} SET id = 2",
        f"DELETE FROM {SCRATCH} WHERE id = 2",
        f"MERGE INTO {SCRATCH} t USING (SELECT 3 AS id) s ON t.id = s.id WHEN NOT MATCHED THEN INSERT *",
        f"DROP TABLE {SCRATCH}",
    ],
    ids=lambda sql: sql.split()[0].lower(),
)
def test_never_writes_production_tables(execute: Statement, sql: str) -> None:
    """Each write is refused to a data scientist, from dev's workspace, and done by prod's deployer."""
    rows(execute("prod", f"CREATE TABLE IF NOT EXISTS {SCRATCH} (id INT)"))
    assert "INSUFFICIENT_PERMISSIONS" in refusal(execute("dana-dev", sql))
    rows(execute("prod", sql))


def test_engineer_writes_production_from_prod_only(execute: Statement) -> None:
    """MODIFY on prod is of no use in dev's workspace, which sees prod's catalog read-only."""
    rows(execute("prod", f"CREATE TABLE IF NOT EXISTS {SCRATCH} (id INT)"))
    insert = f"INSERT INTO {SCRATCH} VALUES (9)"
    assert refusal(execute("emil-dev", insert))
    rows(execute("emil-prod", insert))


def test_writes_dev_freely(execute: Statement) -> None:
    """Data scientists create, fill and drop tables of their own in dev."""
    table = "dev.flights.notes_of_dana"
    rows(execute("dana-dev", f"CREATE TABLE {table} AS SELECT flight_id FROM prod.flights.flights LIMIT 5"))
    rows(execute("dana-dev", f"INSERT INTO {table} VALUES (1)"))
    assert rows(execute("dana-dev", f"SELECT count(*) FROM {table}")) == [["6"]]
    rows(execute("dana-dev", f"DROP TABLE {table}"))


@pytest.mark.usefixtures("profiles")
def test_loads_the_champion_of_prod() -> None:
    """From dev, a data scientist loads the model that production serves, and predicts."""
    model = mlflow.pyfunc.load_model(f"models:/{MODEL}@Champion")
    example = model.input_example
    assert example is not None
    assert len(model.predict(example)) == len(example)


@pytest.mark.usefixtures("profiles")
def test_never_registers_a_production_model() -> None:
    """A version of prod's model is refused to a data scientist and granted to an ML engineer."""
    source = registry("emil-prod").get_model_version_by_alias(MODEL, "Champion")
    with pytest.raises(MlflowException, match="PERMISSION_DENIED"):
        registry("dana-prod").create_model_version(MODEL, f"models:/{source.name}/{source.version}")
    copied = registry("emil-prod").create_model_version(MODEL, f"models:/{source.name}/{source.version}")
    registry("emil-prod").delete_model_version(MODEL, copied.version)


@pytest.mark.usefixtures("profiles")
def test_never_moves_an_alias_of_production() -> None:
    """Setting and deleting an alias of prod's model is refused; an ML engineer may."""
    version = registry("emil-prod").get_model_version_by_alias(MODEL, "Champion").version
    with pytest.raises(MlflowException, match="PERMISSION_DENIED"):
        registry("dana-prod").set_registered_model_alias(MODEL, "Champion", version)
    with pytest.raises(MlflowException, match="PERMISSION_DENIED"):
        registry("dana-prod").delete_registered_model_alias(MODEL, "Champion")
    registry("emil-prod").set_registered_model_alias(MODEL, "tried-by-emil", version)
    registry("emil-prod").delete_registered_model_alias(MODEL, "tried-by-emil")


def test_sees_runs_and_never_starts_or_edits_jobs(deployed: Deployed) -> None:
    """A data scientist sees jobs, runs and logs; ML engineers start jobs, the deployer edits them."""
    dana, emil = deployed.client("dana-prod"), deployed.client("emil-prod")
    job = next(job for job in dana.jobs.list() if job.settings and job.settings.name == "flights-inference")
    assert job.job_id is not None
    run = next(iter(dana.jobs.list_runs(job_id=job.job_id, expand_tasks=True)))
    assert run.tasks is not None
    assert dana.jobs.get_run_output(run.tasks[0].run_id or 0).logs
    with pytest.raises(PermissionDenied):
        dana.jobs.run_now(job.job_id)
    with pytest.raises(PermissionDenied):
        dana.jobs.update(job.job_id, new_settings=JobSettings(max_concurrent_runs=2))
    with pytest.raises(PermissionDenied):
        dana.jobs.delete(job.job_id)
    started = emil.jobs.run_now(job.job_id)
    emil.jobs.cancel_run_and_wait(started.bind()["run_id"])
    for runs in (2, 1):  # edited by who may also run things as the principal that the job runs as
        deployed.client("prod").jobs.update(job.job_id, new_settings=JobSettings(max_concurrent_runs=runs))


@pytest.mark.usefixtures("profiles")
def test_sees_experiments_of_production() -> None:
    """A data scientist finds prod's runs with their metrics; writing to them is refused."""
    client = mlflow.MlflowClient("databricks://dana-prod")
    experiment = client.get_experiment_by_name("/Projects/flights/arrival_delay")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    assert any(run.data.metrics for run in runs)
    with pytest.raises(MlflowException, match="PERMISSION_DENIED"):
        client.set_tag(runs[0].info.run_id, "note", "mine now")
    mlflow.MlflowClient("databricks://emil-prod").set_tag(runs[0].info.run_id, "note", "seen")


def test_never_queries_the_endpoint_without_the_right(deployed: Deployed) -> None:
    """CAN_VIEW shows the endpoint; only CAN_QUERY gets a prediction."""
    dana, emil = deployed.client("dana-prod"), deployed.client("emil-prod")
    assert dana.serving_endpoints.get(ENDPOINT).name == ENDPOINT
    rows_to_predict = DataframeSplitInput.from_dict(deployed.sample()["dataframe_split"])
    with pytest.raises(PermissionDenied):
        dana.serving_endpoints.query(ENDPOINT, dataframe_split=rows_to_predict)
    assert emil.serving_endpoints.query(ENDPOINT, dataframe_split=rows_to_predict).predictions


@pytest.mark.usefixtures("profiles")
def test_sees_what_production_s_training_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data scientist finds the artifacts of a production run, and reads them."""
    monkeypatch.setenv("DATABRICKS_CONFIG_PROFILE", "dana-prod")  # what MLflow reads artifacts with
    dana = registry("dana-prod")
    version = registry("dana-dev").get_model_version_by_alias(MODEL, "Champion")
    left = [item.path for item in dana.list_artifacts(str(version.run_id)) if not item.is_dir]
    assert left
    assert Path(dana.download_artifacts(str(version.run_id), left[0], str(tmp_path))).stat().st_size > 0


def test_sees_alerts_and_dashboard_of_production(deployed: Deployed) -> None:
    """Monitoring is in sight without SQL of her own: every alert's state, and the published dashboard."""
    dana = deployed.client("dana-prod")
    states = {
        str(alert.display_name): alert.evaluation.state
        for alert in dana.alerts_v2.list_alerts()
        if alert.evaluation
    }
    assert len(states) == 5
    assert all(states.values())
    (dashboard,) = dana.lakeview.list()
    assert dana.lakeview.get_published(str(dashboard.dashboard_id)).display_name == "flights"
