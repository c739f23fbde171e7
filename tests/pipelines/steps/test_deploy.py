"""Promoting the better version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

import pipelines.projects.flights as project_module
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import DeployParameters
from pipelines.project import Heuristic
from pipelines.steps import deploy
from pipelines.tracking import find_experiment
from tests.pipelines.conftest import EXPERIMENT, where
from tests.pipelines.steps.conftest import Challenge, Endpoint, RegisterVersion
from tests.pipelines.test_serving import NAME

pytestmark = pytest.mark.usefixtures("renewed")


def make_parameters(lakehouse: Lakehouse, model_uri: str, size: str = "Small") -> DeployParameters:
    """What the job starts the step with."""
    return DeployParameters.parse(
        [
            *where(lakehouse),
            f"--model_uri={model_uri}",
            f"--experiment={EXPERIMENT}",
            f"--endpoint={NAME}",
            f"--workload_size={size}",
            "--scale_to_zero=true",
        ]
    )


def read_aliases(store: MlflowClient, model: str) -> Mapping[str, str]:
    """Which version each alias names."""
    return {alias: str(version) for alias, version in store.get_registered_model(model).aliases.items()}


def test_first_version_must_beat_the_heuristic(  # noqa: PLR0917 - fixtures
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    challenge: Challenge,
    endpoint: Endpoint,
    renewed: list[str],
) -> None:
    """Where there is no Champion, a version better than the timetable is promoted and served."""
    model_uri = challenge()
    deploy.deploy(make_parameters(ingested, model_uri), endpoint.workspace)
    assert read_aliases(mlflow_store, model) == {"Challenger": "1", "Champion": "1"}
    assert endpoint.served == ["1"]
    assert renewed == ["1"]
    tag = mlflow_store.get_model_version(model, "1").tags["comparison"]
    assert tag.startswith("version 1 is better than the timetable: mean absolute error ")


def test_worse_than_the_heuristic_is_not_served(  # noqa: PLR0917 - fixtures
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    challenge: Challenge,
    endpoint: Endpoint,
    renewed: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A version that the heuristic beats is not promoted; the step ends well and says so."""
    model_uri = challenge()

    def know_everything(rows: pd.DataFrame) -> Any:
        return rows["arrival_delay"].to_numpy()

    oracle = Heuristic(name="oracle", predict=know_everything)
    monkeypatch.setattr(project_module, "PROJECT", replace(project_module.PROJECT, heuristic=oracle))
    deploy.deploy(make_parameters(ingested, model_uri), endpoint.workspace)
    assert read_aliases(mlflow_store, model) == {"Challenger": "1"}
    assert endpoint.served == []
    assert renewed == []
    assert "not better than the oracle" in mlflow_store.get_model_version(model, "1").tags["comparison"]


def test_only_a_better_version_replaces_the_champion(  # noqa: PLR0917 - fixtures
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    challenge: Challenge,
    endpoint: Endpoint,
    renewed: list[str],
) -> None:
    """The same model again is not promoted; one trained on much more is, and the endpoint follows."""
    challenge(max_rows=300)
    mlflow_store.set_registered_model_alias(model, "Champion", "1")
    deploy.deploy(make_parameters(ingested, challenge(max_rows=300)), endpoint.workspace)
    assert read_aliases(mlflow_store, model)["Champion"] == "1"
    assert (
        "not better than Champion version 1" in mlflow_store.get_model_version(model, "2").tags["comparison"]
    )
    deploy.deploy(make_parameters(ingested, challenge(max_rows=0)), endpoint.workspace)
    assert read_aliases(mlflow_store, model)["Champion"] == "3"
    assert endpoint.served == ["1", "3"]
    assert renewed == ["3"]
    assert mlflow_store.get_model_version(model, "3").tags["previous_champion"] == "1"
    assert "previous_champion" not in mlflow_store.get_model_version(model, "2").tags


def test_champion_again_changes_nothing(
    mlflow_store: MlflowClient, ingested: Lakehouse, model: str, challenge: Challenge, endpoint: Endpoint
) -> None:
    """A run with the version that is Champion already neither compares nor updates."""
    model_uri = challenge()
    for _ in range(2):
        deploy.deploy(make_parameters(ingested, model_uri), endpoint.workspace)
    assert endpoint.served == ["1"]
    comparisons = mlflow_store.search_runs([find_experiment(EXPERIMENT)], f"tags.model = '{model}'")
    assert len(comparisons) == 1
    assert (
        comparisons[0].data.metrics["challenger_mean_absolute_error"]
        < comparisons[0].data.metrics["baseline_mean_absolute_error"]
    )


def test_new_size_reaches_the_endpoint(ingested: Lakehouse, challenge: Challenge, endpoint: Endpoint) -> None:
    """A run with the Champion and another size brings the endpoint to that size."""
    model_uri = challenge()
    deploy.deploy(make_parameters(ingested, model_uri), endpoint.workspace)
    deploy.deploy(make_parameters(ingested, model_uri, size="Medium"), endpoint.workspace)
    assert endpoint.served == ["1", "1"]


def test_run_after_a_failed_update_serves(
    mlflow_store: MlflowClient, ingested: Lakehouse, model: str, challenge: Challenge, endpoint: Endpoint
) -> None:
    """When the endpoint's update failed after the promotion, the next run makes up for it."""
    model_uri = challenge()
    endpoints = endpoint.workspace.serving_endpoints
    working = endpoints.update_config.side_effect
    endpoints.update_config.side_effect = TimeoutError("timed out after 20 minutes")
    with pytest.raises(PipelineError, match="timed out"):
        deploy.deploy(make_parameters(ingested, model_uri), endpoint.workspace)
    assert read_aliases(mlflow_store, model)["Champion"] == "1"
    endpoints.update_config.side_effect = working
    deploy.deploy(make_parameters(ingested, model_uri), endpoint.workspace)
    assert endpoint.served == ["1"]


def test_unvalidated_version_is_refused(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    register_version: RegisterVersion,
    endpoint: Endpoint,
) -> None:
    """A version that didn't pass validation can't be promoted, even if someone gave it the alias."""
    model_uri = register_version()
    mlflow_store.set_registered_model_alias(model, "Challenger", "1")
    with pytest.raises(PipelineError, match="may not be deployed: model_validation_status is not set"):
        deploy.deploy(make_parameters(ingested, model_uri), endpoint.workspace)
    assert "Champion" not in read_aliases(mlflow_store, model)
    assert endpoint.served == []


def test_version_without_months_is_one_line(
    mlflow_store: MlflowClient, ingested: Lakehouse, model: str, challenge: Challenge, endpoint: Endpoint
) -> None:
    """A version that doesn't tell what it was not trained on can't be compared, nor its tags guessed."""
    model_uri = challenge()
    mlflow_store.delete_model_version_tag(model, "1", "held_out_month")
    with pytest.raises(PipelineError, match="tag held_out_month of version 1 names no month"):
        deploy.deploy(make_parameters(ingested, model_uri), endpoint.workspace)
    assert endpoint.served == []


def test_comparison_is_on_the_same_rows(
    mlflow_store: MlflowClient, ingested: Lakehouse, model: str, challenge: Challenge, endpoint: Endpoint
) -> None:
    """The compared error is the error on the version's whole held-out month."""
    deploy.deploy(make_parameters(ingested, challenge()), endpoint.workspace)
    (run,) = mlflow_store.search_runs([find_experiment(EXPERIMENT)], f"tags.model = '{model}'")
    trained = mlflow_store.get_run(str(mlflow_store.get_model_version(model, "1").run_id))
    assert np.isclose(
        run.data.metrics["challenger_mean_absolute_error"], trained.data.metrics["mean_absolute_error"]
    )
    assert run.data.metrics["held_out_rows"] == int(trained.data.params["held_out_rows"])
