"""People who use MLflow's own Databricks clients in a workspace of the lakehouse."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import mlflow
import pytest
from databricks.sdk import WorkspaceClient
from mlflow import MlflowClient
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

MODEL_FILE = Path(__file__).with_name("scripted_model.py")
SIGNATURE = ModelSignature(inputs=Schema([ColSpec("double", "x")]), outputs=Schema([ColSpec("double")]))
_numbers = count(1)


class Studio:
    """Speaks to the workspaces in people's names, through environment variables as jobs have them."""

    def __init__(self, lakehouse: Lakehouse) -> None:
        self.lakehouse = lakehouse
        self.dev, self.prod = lakehouse.dev, lakehouse.prod

    def sdk(self, person: str, workspace_id: int | None = None) -> WorkspaceClient:
        """The person's databricks-sdk client."""
        return self.lakehouse.client(person, workspace_id)

    def folder(self, *readers: str) -> str:
        """A new folder of the deployer's in dev, that others can't see but readers may read."""
        path = f"/private{next(_numbers)}"
        client = self.sdk("deployer")
        client.workspace.mkdirs(path)
        node = client.workspace.get_status(path)
        entries = [{"user_name": reader, "permission_level": "CAN_READ"} for reader in readers]
        body = {"access_control_list": entries}
        client.api_client.do("PUT", f"/api/2.0/permissions/directories/{node.object_id}", body=body)
        return path

    @contextmanager
    def mlflow(self, person: str, workspace_id: int | None = None) -> Iterator[MlflowClient]:
        """The person's MLflow client; MLflow's functions speak in the same name meanwhile."""
        config = self.sdk(person, workspace_id).config
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATABRICKS_HOST", str(config.host))
            patch.setenv("DATABRICKS_TOKEN", str(config.token))
            patch.setenv("MLFLOW_TRACKING_URI", "databricks")
            patch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc")
            patch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
            yield MlflowClient(tracking_uri="databricks", registry_uri="databricks-uc")

    def new_version(self, model: str, **config: Any) -> str:
        """Log a scripted model as the deployer in dev and register it; returns the version."""
        with self.mlflow("deployer") as client:
            found = client.get_experiment_by_name("/Shared/models")
            experiment_id = found.experiment_id if found else client.create_experiment("/Shared/models")
            with mlflow.start_run(experiment_id=experiment_id):
                return str(log_model(model, **config).registered_model_version)


def log_model(registered_name: str | None = None, **config: Any) -> Any:
    """Log a scripted model in the active run, quickly: nobody infers its requirements."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # MLflow would like a type hint of its own
        return mlflow.pyfunc.log_model(
            name="model",
            python_model=str(MODEL_FILE),
            model_config={"value": 1.0, **config},
            signature=SIGNATURE,
            pip_requirements=["mlflow"],
            registered_model_name=registered_name,
        )
