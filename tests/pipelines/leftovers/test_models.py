"""Which models and versions are left over, in a real registry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import create_autospec

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import RegisteredModelInfo, RegisteredModelsAPI
from mlflow import MlflowClient

from pipelines.leftovers.leftover import Leftover
from pipelines.leftovers.models import Models

NOW = datetime.now(tz=UTC)
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(days=14)


@pytest.fixture
def declared(mlflow_store: MlflowClient, request: pytest.FixtureRequest) -> Iterator[str]:
    """A declared model of the test's own, with four versions."""
    name = f"staging.flights.{request.node.name}"
    mlflow_store.create_registered_model(name)
    run = mlflow_store.create_run("0")
    for _ in range(4):
        mlflow_store.create_model_version(name, "file:///nowhere", run_id=run.info.run_id)
    yield name
    mlflow_store.delete_registered_model(name)


def models(client: MlflowClient, *names: str, served: frozenset[tuple[str, str]] = frozenset()) -> Models:
    """The models of these names, as the workspace lists them."""
    workspace: Any = create_autospec(WorkspaceClient, instance=True)
    workspace.registered_models = create_autospec(RegisteredModelsAPI, instance=True)
    workspace.registered_models.list.return_value = iter(
        [RegisteredModelInfo(full_name=name, created_at=0, updated_at=0) for name in names]
    )
    return Models(workspace, client, served)


def names(leftovers: Iterator[Leftover]) -> set[str]:
    """What they are."""
    return {f"{leftover.kind} {leftover.name}" for leftover in leftovers}


def test_versions_in_use_stay(mlflow_store: MlflowClient, declared: str) -> None:
    """With an alias, served, or the one that an alias's version replaced: the way back."""
    mlflow_store.set_registered_model_alias(declared, "Champion", "3")
    mlflow_store.set_model_version_tag(declared, "3", "previous_champion", "2")
    mlflow_store.set_registered_model_alias(declared, "Challenger", "4")
    assert names(models(mlflow_store, declared).find(declared, LATER)) == {f"model version {declared}/1"}
    served = models(mlflow_store, declared, served=frozenset({(declared, "1")}))
    assert not names(served.find(declared, LATER))


def test_young_versions_stay_with_their_runs(mlflow_store: MlflowClient, declared: str) -> None:
    """A version of late may be validated yet; its run has what it was trained on."""
    found = models(mlflow_store, declared)
    assert not names(found.find(declared, EARLIER))
    assert found.runs == {mlflow_store.get_model_version(declared, "1").run_id}


def test_an_alias_that_comes_meanwhile_protects(mlflow_store: MlflowClient, declared: str) -> None:
    """Between the look and the removal somebody may make the version a Champion."""
    leftovers = list(models(mlflow_store, declared).find(declared, LATER))
    assert len(leftovers) == 4
    mlflow_store.set_registered_model_alias(declared, "Champion", "2")
    for leftover in leftovers:
        leftover.remove()
    left = mlflow_store.search_model_versions(f"name='{declared}'")
    assert [str(version.version) for version in left] == ["2"]


def test_undeclared_models_go_as_a_whole(mlflow_store: MlflowClient, declared: str) -> None:
    """Without a version in use the model goes with all of them; else only versions without use do."""
    tried = f"{declared}_tried"
    mlflow_store.create_registered_model(tried)
    for _ in range(2):
        mlflow_store.create_model_version(tried, "file:///nowhere")
    mlflow_store.set_registered_model_alias(declared, "Champion", "1")
    found = models(mlflow_store, tried)
    (leftover,) = found.find(declared, LATER)
    assert (leftover.kind, leftover.name) == ("registered model", tried)
    leftover.remove()
    found.workspace.registered_models.delete.assert_called_once_with(tried)  # type: ignore[attr-defined] # a mock
    mlflow_store.set_registered_model_alias(tried, "Best", "2")
    assert names(models(mlflow_store, tried).find(declared, LATER)) == {f"model version {tried}/1"}
