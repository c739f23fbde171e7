"""A registered model that the steps' tests share, with a version trained on real flights."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from pipelines.lakehouse import Lakehouse
from pipelines.months import Month
from pipelines.project import Project
from pipelines.projects.flights import PROJECT
from pipelines.quarantine import inspection
from pipelines.registry import parse_uri
from pipelines.scoring import Scorer
from pipelines.steps import train
from tests.pipelines.conftest import EXPERIMENT, TaskValues, make_quick, where
from tests.pipelines.test_serving import NAME, make_endpoint, make_workspace

SHARED = "dev.flights.shared"
COMMIT = "8f2d1c3b5a79e0d4c6f8a1b2c3d4e5f60718293a"
TrainVersion = Callable[..., str]
RegisterVersion = Callable[..., str]
Challenge = Callable[..., str]


@pytest.fixture(autouse=True)
def _quick_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.projects.flights.PROJECT", make_quick(PROJECT))
    monkeypatch.setattr("pipelines.explanation.contributions.SAMPLE", 100)


@pytest.fixture(scope="session")
def inspected() -> dict[str, float]:
    """The sizes of models that were in quarantine, by their content; filled when asked for."""
    return {}


@pytest.fixture(autouse=True)
def _quick_quarantine(monkeypatch: pytest.MonkeyPatch, inspected: dict[str, float]) -> None:
    """Put each model that tests have in common in quarantine once: it takes seconds."""

    def inspect(folder: Path, *, trusted: Sequence[str]) -> float:
        files = [folder / name for name in ("MLmodel", "model.pkl")]
        content = hashlib.sha256(b"".join(file.read_bytes() for file in files if file.exists())).hexdigest()
        if content not in inspected:
            inspected[content] = inspection.inspect(folder, trusted=trusted)
        return inspected[content]

    monkeypatch.setattr("pipelines.checks.candidate.inspect", inspect)


@pytest.fixture
def model(mlflow_store: MlflowClient, request: pytest.FixtureRequest) -> str:
    """The name of a declared registered model without versions, the test's own."""
    name = f"dev.flights.{re.sub(r'[^A-Za-z0-9]+', '_', request.node.name)}"
    mlflow_store.create_registered_model(name)
    return name


@pytest.fixture
def train_version(ingested: Lakehouse, model: str, task_values: TaskValues) -> TrainVersion:
    """Trains one more version of the test's model and returns its URI."""

    def run(*, max_rows: int = 4000, trials: int = 0, seed: int = 1, name: str = model) -> str:
        train.main(
            [
                *where(ingested),
                f"--model={name}",
                f"--experiment={EXPERIMENT}",
                f"--trials={trials}",
                f"--max_rows={max_rows}",
                f"--seed={seed}",
                "--code_version=0123456789ab",
                f"--code_commit={COMMIT}",
                f"--champion_model={name}",
            ]
        )
        return str(task_values.values["model_uri"])

    return run


@pytest.fixture(scope="package")
def trained(mlflow_store: MlflowClient) -> dict[int, ModelVersion]:
    """Versions that tests have in common, by the rows that they were trained on; filled when asked for."""
    mlflow_store.create_registered_model(SHARED)
    return {}


@pytest.fixture
def register_version(
    mlflow_store: MlflowClient, model: str, trained: dict[int, ModelVersion], train_version: TrainVersion
) -> RegisterVersion:
    """Registers one more version of the test's model, as training does, and returns its URI.

    Versions of as many rows share one training.
    """

    def run(*, max_rows: int = 4000) -> str:
        if max_rows not in trained:
            uri = train_version(max_rows=max_rows, name=SHARED)
            trained[max_rows] = mlflow_store.get_model_version(*parse_uri(uri))
        known = trained[max_rows]
        again = mlflow_store.create_model_version(
            model,
            str(known.source),
            known.run_id,
            known.tags,
            description=known.description,
            model_id=known.model_id,
        )
        return f"models:/{model}/{again.version}"

    return run


class Endpoint:
    """A client whose endpoint serves what it was last updated to."""

    def __init__(self) -> None:
        self.workspace = make_workspace(make_endpoint(version=None))
        self.served: list[str] = []
        self.workspace.serving_endpoints.update_config.side_effect = self._update

    def _update(self, name: str, *, served_entities: Any, traffic_config: Any) -> Any:
        (entity,) = served_entities
        assert traffic_config.routes[0].served_model_name == entity.name
        self.served.append(entity.entity_version)
        now = make_endpoint(version=entity.entity_version, size=entity.workload_size)
        now.config.served_entities[0].entity_name = entity.entity_name  # type: ignore[union-attr,index] # just made
        assert name == NAME
        endpoints = self.workspace.serving_endpoints
        endpoints.wait_get_serving_endpoint_not_updating.return_value = now
        waiting = endpoints.update_config.return_value
        waiting.result.return_value = now
        return waiting


@pytest.fixture
def endpoint() -> Endpoint:
    """An endpoint that was declared without config."""
    return Endpoint()


@pytest.fixture
def renewed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The versions for which baselines were written, which nothing is in these tests."""
    versions: list[str] = []

    def write(_: Lakehouse, project: Project, scorer: Scorer, version: str, **months: Month) -> None:
        assert scorer.uri.endswith(f"/{version}")
        assert months == {"first_month": Month(2013, 1), "held_out_month": Month(2013, 3)}
        assert project.name == "flights"
        versions.append(version)

    monkeypatch.setattr("pipelines.succession.write_baselines", write)
    return versions


@pytest.fixture
def challenge(mlflow_store: MlflowClient, model: str, register_version: RegisterVersion) -> Challenge:
    """Registers one more version, marks it as validation does, and returns its URI."""

    def run(*, max_rows: int = 4000) -> str:
        model_uri = register_version(max_rows=max_rows)
        _, number = parse_uri(model_uri)
        mlflow_store.set_model_version_tag(model, number, "model_validation_status", "PASSED")
        mlflow_store.set_registered_model_alias(model, "Challenger", number)
        return model_uri

    return run
