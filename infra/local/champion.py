"""What is served: the Champion behind prod's endpoint, its metrics, and a prediction asked of it."""

from __future__ import annotations

import json
import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
from databricks.sdk import WorkspaceClient
from mlflow.entities.model_registry import ModelVersion

_INPUT_EXAMPLE = "serving_input_example.json"


@dataclass(frozen=True)
class Champion:
    """The served model version, and how well it did on rows that it had not seen."""

    name: str
    version: str
    error: float  # mean absolute error on the held-out month, in the label's unit
    heuristic_error: float  # of the project's heuristic on the same rows


@dataclass(frozen=True)
class Answer:
    """A prediction, and the line that asks for it again from any shell."""

    url: str
    prediction: Any
    curl: str


class Endpoint:
    """One serving endpoint, as the owner of a profile sees it."""

    def __init__(self, client: WorkspaceClient, name: str, profile: str) -> None:
        self._client = client
        self._name = name
        mlflow.set_tracking_uri(f"databricks://{profile}")
        mlflow.set_registry_uri(f"databricks-uc://{profile}")
        self._registry = mlflow.MlflowClient()

    def champion(self) -> Champion:
        """The version that the alias Champion names of the model which the endpoint serves."""
        version = self._version()
        metrics = self._registry.get_run(version.run_id or "").data.metrics
        return Champion(
            name=version.name,
            version=str(version.version),
            error=metrics["mean_absolute_error"],
            heuristic_error=metrics["heuristic_mean_absolute_error"],
        )

    def ask(self) -> Answer:
        """Send the model's own input example, one row of it."""
        url = f"{self._client.config.host}/serving-endpoints/{self._name}/invocations"
        payload = self._first_row()
        body = self._client.api_client.do(
            "POST", f"/serving-endpoints/{self._name}/invocations", body=payload
        )
        assert isinstance(body, dict)  # noqa: S101 (JSON; narrows the type)
        headers = [
            f"Authorization: {self._client.config.authenticate()['Authorization']}",
            "Content-Type: application/json",
        ]
        words = [
            "curl",
            "-s",
            *(word for header in headers for word in ("-H", header)),
            "-d",
            json.dumps(payload),
            url,
        ]
        return Answer(url, body["predictions"], shlex.join(words))

    def _version(self) -> ModelVersion:
        config = self._client.serving_endpoints.get(self._name).config
        entity = next(iter(config.served_entities or [])) if config else None
        if entity is None or entity.entity_name is None:
            raise LookupError(f"endpoint {self._name} serves no model yet")
        return self._registry.get_model_version_by_alias(entity.entity_name, "Champion")

    def _first_row(self) -> dict[str, Any]:
        version = self._version()
        with tempfile.TemporaryDirectory() as folder:
            uri = f"models:/{version.name}/{version.version}/{_INPUT_EXAMPLE}"
            path = mlflow.artifacts.download_artifacts(uri, dst_path=folder)
            example = json.loads(Path(path).read_text())["dataframe_split"]
        return {"dataframe_split": {"columns": example["columns"], "data": example["data"][:1]}}
