"""A data scientist opens the notebook of the project's Git folder in dev, and explores prod's data."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import mlflow
import pytest
from databricks.sdk.service.workspace import ExportFormat, ObjectType

from tests.e2e.conftest import PROJECT, Deployed
from tests.e2e.finished import output_of

pytestmark = pytest.mark.slow

FOLDER = "/Repos/flights/mlops/pipelines/projects/flights/notebooks"


@pytest.fixture(scope="module")
def notebook(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebook as dev's workspace has it, on disk."""
    dana = deployed.client("dana-dev")
    (found,) = [item for item in dana.workspace.list(FOLDER) if item.object_type == ObjectType.NOTEBOOK]
    exported = dana.workspace.download(found.path or "", format=ExportFormat.SOURCE)
    path = tmp_path_factory.mktemp("notebooks") / "exploration.py"
    path.write_bytes(exported.read())
    return path


@pytest.fixture(scope="module")
def environment(deployed: Deployed) -> dict[str, str]:
    """What the data scientist's compute has."""
    profiles = configparser.ConfigParser(interpolation=None)
    profiles.read(deployed.folder / "databrickscfg")
    return {
        **deployed.environment,
        "DATABRICKS_CONFIG_PROFILE": "dana-dev",
        "MLFLOW_TRACKING_URI": "databricks",
        "MLFLOW_REGISTRY_URI": "databricks-uc",
        "SPARK_REMOTE": profiles["dana-dev"]["spark_remote"],
        "PYTHONPATH": str(PROJECT),
    }


def test_explores_production_s_data_from_dev(
    deployed: Deployed, notebook: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ranks simple models on prod's features and leaves its runs in the user's own experiment."""
    finished = subprocess.run(
        [sys.executable, str(notebook), "--catalog=prod", "--max_rows=4000", "--trials=1"],
        cwd=notebook.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "linear" in output_of(finished)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(deployed.folder / "databrickscfg"))
    client = mlflow.MlflowClient("databricks://dana-dev")
    experiment = client.get_experiment_by_name("/Users/dana@example.com/flights-exploration")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    assert {run.info.run_name for run in runs} >= {"exploration", "trial 1", "the model of the settings"}
    assert all(run.data.tags["mlflow.user"] == "dana@example.com" for run in runs)
