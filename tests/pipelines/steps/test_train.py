"""Training and registering."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts, load_dict, load_text
from mlflow.entities import Run

from pipelines.card import find_gaps
from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights import PROJECT
from pipelines.registry import parse_uri
from pipelines.steps import train
from pipelines.tracking import find_experiment
from pipelines.training import Recipe
from tests.pipelines.conftest import EXPERIMENT, MakeLakehouse, where
from tests.pipelines.steps.conftest import COMMIT, RegisterVersion, TrainVersion


def find_run(store: MlflowClient, model_uri: str) -> tuple[Any, Run]:
    """The version and the run that trained it."""
    version = store.get_model_version(*parse_uri(model_uri))
    return version, store.get_run(str(version.run_id))


def test_version_tells_where_it_comes_from(
    mlflow_store: MlflowClient, model: str, train_version: TrainVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task value names a version with its data, code and months; nothing has judged it yet."""
    monkeypatch.setattr(Lakehouse, "version", lambda *_: 7)
    model_uri = train_version()
    assert model_uri == f"models:/{model}/1"
    version, run = find_run(mlflow_store, model_uri)
    assert version.tags["code_version"] == "0123456789ab"
    assert version.tags["code_commit"] == run.data.tags["mlflow.source.git.commit"] == COMMIT
    assert (version.tags["trained_from"], version.tags["trained_until"]) == ("2013-01", "2013-02")
    assert version.tags["held_out_month"] == "2013-03"
    assert version.tags["data_digest"] == run.data.params["training_digest"]
    assert version.tags["data_version"] == run.data.params["data_version"] == "7"
    assert version.tags["personal_data"] == "none"
    assert "from dev.flights.flight_features at version 7." in version.description
    assert f"{model} has no Champion to compare with." in version.description
    assert "model_validation_status" not in version.tags
    assert not version.aliases
    assert run.inputs is not None
    for item in run.inputs.dataset_inputs:
        assert item.dataset.name == "dev.flights.flight_features@v7"
        assert json.loads(item.dataset.source)["delta_table_version"] == 7


def test_run_has_metrics_and_data(
    mlflow_store: MlflowClient, ingested: Lakehouse, register_version: RegisterVersion
) -> None:
    """The run has the errors on the held-out month, and both datasets with their digests."""
    _, run = find_run(mlflow_store, register_version())
    metrics = run.data.metrics
    assert 0 < metrics["mean_absolute_error"] < metrics["heuristic_mean_absolute_error"]
    assert metrics["mean_absolute_error"] < metrics["root_mean_squared_error"]
    assert 0.2 < metrics["share_within_15_minutes"] < 0.8
    assert metrics["late_flights_mean_absolute_error"] > metrics["mean_absolute_error"]
    assert 3600 < int(run.data.params["training_rows"]) < 4400
    assert run.inputs is not None
    datasets = {item.tags[0].value: item.dataset for item in run.inputs.dataset_inputs}
    assert set(datasets) == {"training", "held out"}
    source = json.loads(datasets["training"].source)
    assert source["delta_table_name"] == ingested.name("flight_features")
    assert datasets["held out"].digest == run.data.params["held_out_digest"]


def test_champion_stands_beside(
    mlflow_store: MlflowClient, model: str, register_version: RegisterVersion, train_version: TrainVersion
) -> None:
    """The Champion's metrics are on the same rows; they are in the run, its table and the description."""
    register_version(max_rows=300)
    mlflow_store.set_registered_model_alias(model, "Champion", "1")
    version, run = find_run(mlflow_store, train_version(max_rows=2000))
    metrics = run.data.metrics
    known = mlflow_store.get_run(str(mlflow_store.get_model_version(model, "1").run_id)).data.metrics
    assert metrics["champion_mean_absolute_error"] == pytest.approx(known["mean_absolute_error"])
    table = pd.DataFrame(**load_dict(f"runs:/{run.info.run_id}/evaluation.json"))
    assert list(table.columns) == ["slice", "rows", "metric", "version", "champion", "heuristic"]
    assert table["slice"].nunique() > 15  # carriers, airports, and all
    assert set(table[table["slice"] == "all"]["rows"]) == {int(run.data.params["held_out_rows"])}
    assert f"| metric | this version | Champion, version 1 of {model} | timetable |" in version.description
    assert f"Champion, version 1 of {model}, was trained until 2013-02." in version.description
    own = mlflow_store.get_logged_model(str(version.source).removeprefix("models:/")).metrics
    assert {metric.key for metric in own or []} == {
        "mean_absolute_error",
        "root_mean_squared_error",
        "share_within_15_minutes",
        "late_flights_mean_absolute_error",
    }


def test_documents_stand_with_the_run(mlflow_store: MlflowClient, register_version: RegisterVersion) -> None:
    """The model card tells data, code and scores; pictures tell what matters; the recipe can be read."""
    version, run = find_run(mlflow_store, register_version())
    card = load_text(f"runs:/{run.info.run_id}/model_card.md")
    assert find_gaps(card) == []
    assert f"digest `{version.tags['data_digest']}`" in card
    assert f"- commit: `{COMMIT}`" in card
    assert "| carrier UA | " in card
    for file in ("shap/summary.png", "shap/dependence.png"):
        picture = Path(download_artifacts(f"runs:/{run.info.run_id}/{file}"))
        assert picture.read_bytes().startswith(b"\x89PNG")
    recipe = Recipe.parse(load_text(f"runs:/{run.info.run_id}/training.json"))
    assert (recipe.seed, recipe.max_rows, recipe.hyperparameters["num_leaves"]) == (1, 4000, 15)


def test_trials_are_nested_runs(mlflow_store: MlflowClient, train_version: TrainVersion) -> None:
    """Each trial is a run below the training's, and the best one's hyperparameters are the model's."""
    _, run = find_run(mlflow_store, train_version(trials=2))
    trials = mlflow_store.search_runs(
        [find_experiment(EXPERIMENT)],
        f"tags.`mlflow.parentRunId` = '{run.info.run_id}'",
        order_by=["metrics.tuning_mae"],
    )
    assert len(trials) == 2
    assert trials[0].data.params["n_estimators"] == run.data.params["n_estimators"]
    assert {trial.data.params["n_estimators"] for trial in trials} >= {"30"}  # the project's own was tried


def test_same_seed_same_model(
    mlflow_store: MlflowClient, register_version: RegisterVersion, train_version: TrainVersion
) -> None:
    """A training is repeatable, data and errors alike."""
    runs = [find_run(mlflow_store, make())[1] for make in (register_version, train_version)]
    assert runs[0].data.metrics["mean_absolute_error"] == runs[1].data.metrics["mean_absolute_error"]
    assert runs[0].data.params["training_digest"] == runs[1].data.params["training_digest"]


def test_model_takes_plain_records(register_version: RegisterVersion) -> None:
    """The registered model predicts from JSON-like records, with gaps and with categories it never saw."""
    model = mlflow.pyfunc.load_model(register_version())
    assert model.metadata.signature.inputs.input_names() == list(PROJECT.model.inputs)
    example = model.input_example
    gaps = example.assign(carrier="??", plane_engine=None, temperature=np.nan)
    assert np.isfinite(model.predict(example)).all()
    assert np.isfinite(model.predict(gaps)).all()


def test_requirements_are_pinned(register_version: RegisterVersion) -> None:
    """What the model needs where it is served stands with it, in exact versions."""
    listed = mlflow.pyfunc.get_model_dependencies(register_version())
    with open(listed) as file:  # noqa: PTH123 - MLflow gives a string
        requirements = file.read().split()
    assert {line.split("==")[0] for line in requirements} == set(PROJECT.model.requirements)
    assert all("==" in line for line in requirements)


def refuse(capsys: pytest.CaptureFixture[str], lakehouse: Lakehouse, model: str, experiment: str) -> str:
    """The one line with which a training ends."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as caught:
        train.main(
            [
                *where(lakehouse),
                f"--model={model}",
                f"--experiment={experiment}",
                *("--trials=0", "--max_rows=1000", "--seed=1", "--code_version=0", "--code_commit=unknown"),
                f"--champion_model={model}",
            ]
        )
    assert caught.value.code == 1
    return [line for line in capsys.readouterr().err.splitlines() if line.startswith("train: ")][-1]


def test_undeclared_experiment_is_refused(
    ingested: Lakehouse, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Training doesn't make up an experiment that nobody declared."""
    assert "experiment /Shared/other does not exist" in refuse(capsys, ingested, model, "/Shared/other")


@pytest.mark.usefixtures("mlflow_store")
def test_undeclared_model_is_refused(ingested: Lakehouse, capsys: pytest.CaptureFixture[str]) -> None:
    """Training doesn't make up a registered model that nobody declared."""
    assert "registered model dev.flights.other" in refuse(capsys, ingested, "dev.flights.other", EXPERIMENT)


def test_nothing_to_hold_out_is_refused(
    make_lakehouse: MakeLakehouse, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without features there is nothing to train on."""
    assert "has no labelled rows" in refuse(capsys, make_lakehouse("unlabelled"), model, EXPERIMENT)
