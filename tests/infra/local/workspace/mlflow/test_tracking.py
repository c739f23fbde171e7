"""Runs, artifacts, logged models and traces through MLflow's own functions."""

from __future__ import annotations

import io

import httpx
import mlflow
import pandas as pd
import pytest
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.errors.base import DatabricksError
from mlflow.data.pandas_dataset import from_pandas
from mlflow.exceptions import RestException

from tests.infra.local.workspace.mlflow.studio import Studio, log_model


def test_a_run_keeps_what_is_logged(studio: Studio) -> None:
    """Parameters, metrics, tags, datasets and files; its user is who logged it."""
    with studio.mlflow("alice@example.com") as client:
        experiment_id = client.create_experiment("/Shared/logging")
        with mlflow.start_run(experiment_id=experiment_id) as run:
            mlflow.log_params({"depth": 3})
            mlflow.log_metric("mae", 1.5, step=2)
            mlflow.set_tag("code", "abc")
            mlflow.log_text("hello", "notes/a.txt")
            mlflow.log_input(from_pandas(pd.DataFrame({"a": [1]}), name="rows"), "training")
        found = client.get_run(run.info.run_id)
        assert found.data.params == {"depth": "3"}
        assert found.data.metrics == {"mae": 1.5}
        assert found.data.tags["mlflow.user"] == "alice@example.com"
        assert found.inputs is not None
        assert found.inputs.dataset_inputs[0].dataset.name == "rows"
        assert found.info.artifact_uri.startswith("dbfs:/databricks/mlflow-tracking/")
        assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["notes"]
        assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/a.txt") == "hello"


def test_artifacts_need_the_right_on_their_experiment(studio: Studio) -> None:
    """Reading a run's files takes CAN_READ, writing them CAN_EDIT, whoever knows their path."""
    folder = studio.folder("alice@example.com")
    with studio.mlflow("deployer") as client:
        experiment_id = client.create_experiment(f"{folder}/x")
        run_id = client.create_run(experiment_id).info.run_id
        client.log_text(run_id, "secret", "a.txt")
    path = f"/WorkspaceInternal/Mlflow/Artifacts/{experiment_id}/Runs/{run_id}/artifacts/a.txt"
    contents = studio.sdk("alice@example.com").files.download(path).contents
    assert contents is not None
    assert contents.read() == b"secret"
    with pytest.raises(PermissionDenied):
        studio.sdk("bob@example.com").files.download(path)
    with pytest.raises(PermissionDenied):
        studio.sdk("alice@example.com").files.upload(path, io.BytesIO(b"changed"), overwrite=True)


def test_a_logged_model_loads_by_its_id_and_run(studio: Studio) -> None:
    """And is found with its parameters, without being registered anywhere."""
    with studio.mlflow("deployer") as client:
        experiment_id = client.create_experiment("/Shared/logged")
        with mlflow.start_run(experiment_id=experiment_id) as run:
            mlflow.log_param("depth", 3)
            info = log_model(value=4.0)
        assert [m.model_id for m in client.search_logged_models([experiment_id])] == [info.model_id]
        assert client.get_logged_model(info.model_id).source_run_id == run.info.run_id
        rows = pd.DataFrame({"x": [1.0, 2.0]})
        assert mlflow.pyfunc.load_model(info.model_uri).predict(rows) == [4.0, 4.0]
        assert mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(rows) == [4.0, 4.0]


def test_what_is_not_served_says_so(studio: Studio) -> None:
    """501 with the route's name, never a made-up answer."""
    with pytest.raises(DatabricksError, match=r"mlflow/databricks/runs/delete-runs is not served locally"):
        studio.sdk("deployer").experiments.delete_runs("1", 0)


def test_the_server_is_not_reachable_past_the_workspace(studio: Studio) -> None:
    """Its port asks for the account's key: nobody reads around the permissions."""
    child = studio.lakehouse.account.mlflow.backend.child
    assert child is not None
    assert httpx.get(f"{child.url}/health", trust_env=False).status_code == 403


def test_calls_wait_for_a_server_that_died(studio: Studio) -> None:
    """It is started anew, and what it kept is still there."""
    backend = studio.lakehouse.account.mlflow.backend
    with studio.mlflow("deployer") as client:
        experiment_id = client.create_experiment("/Shared/survivor")
        child = backend.child
        assert child is not None
        child.kill()
        assert client.get_experiment(experiment_id).name == "/Shared/survivor"
        assert backend.child is not child


def test_traces_are_searched_as_in_a_workspace_without_unity_catalog_traces(studio: Studio) -> None:
    """MLflow's client falls back to the search in experiments."""
    with studio.mlflow("deployer") as client:
        experiment_id = client.create_experiment("/Shared/traces")
        assert client.search_traces(locations=[experiment_id]) == []
    hidden = f"{studio.folder()}/x"
    with studio.mlflow("deployer") as client:
        experiment_id = client.create_experiment(hidden)
    with studio.mlflow("alice@example.com") as client, pytest.raises(RestException, match="PERMISSION"):
        client.search_traces(locations=[experiment_id])


def test_a_trace_keeps_its_spans(studio: Studio) -> None:
    """Spans go through the Files API with the caller's own token, and need the experiment's rights."""
    folder = studio.folder()
    with studio.mlflow("deployer") as client:
        experiment_id = client.create_experiment(f"{folder}/x")
        span = client.start_trace("predict", experiment_id=experiment_id, inputs={"x": 1})
        client.end_trace(span.trace_id, outputs={"y": 2})
        mlflow.flush_trace_async_logging()
        (found,) = client.search_traces(locations=[experiment_id])
        assert found.info.trace_id == span.trace_id
        assert [(each.name, each.outputs) for each in found.data.spans] == [("predict", {"y": 2})]
        client.set_trace_tag(span.trace_id, "k", "v")
        assert client.get_trace(span.trace_id).info.tags["k"] == "v"
    with studio.mlflow("alice@example.com") as client, pytest.raises(Exception, match="permission"):
        client.get_trace(span.trace_id)
