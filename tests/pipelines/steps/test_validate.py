"""Deciding whether a version may challenge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from mlflow import MlflowClient
from mlflow.artifacts import load_text

import pipelines.projects.flights as project_module
from pipelines.lakehouse import Lakehouse
from pipelines.registry import parse_uri
from pipelines.steps import validate
from pipelines.tracking import find_experiment
from tests.pipelines.conftest import EXPERIMENT, where
from tests.pipelines.steps.conftest import RegisterVersion


def expect(monkeypatch: pytest.MonkeyPatch, **limits: object) -> None:
    """Change what the project expects of a version."""
    project = project_module.PROJECT
    changed = replace(project, acceptance=replace(project.acceptance, **limits))  # type: ignore[arg-type] # by name
    monkeypatch.setattr(project_module, "PROJECT", changed)


def fail(lakehouse: Lakehouse, model_uri: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The line with which the validation fails."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as caught:
        validate.main([*where(lakehouse), f"--model_uri={model_uri}"])
    assert caught.value.code == 1
    return [line for line in capsys.readouterr().err.splitlines() if line.startswith("validate: ")][-1]


def read_tags(store: MlflowClient, model_uri: str) -> Mapping[str, str]:
    """The version's tags."""
    return dict(store.get_model_version(*parse_uri(model_uri)).tags)


def test_good_version_becomes_challenger(
    mlflow_store: MlflowClient, ingested: Lakehouse, register_version: RegisterVersion
) -> None:
    """A version that passes is marked so, gets the alias, and tells each check's result."""
    model_uri = register_version()
    validate.main([*where(ingested), f"--model_uri={model_uri}"])
    name, number = parse_uri(model_uri)
    version = mlflow_store.get_model_version(name, number)
    assert version.tags["model_validation_status"] == "PASSED"
    checks = {
        key
        for key, value in version.tags.items()
        if key.startswith("check_") and value.startswith("passed: ")
    }
    assert checks == {
        "check_metadata",
        "check_format",
        "check_performance",
        "check_slice_carrier",
        "check_slice_origin",
        "check_plausible",
        "check_gaps",
    }
    assert str(mlflow_store.get_model_version_by_alias(name, "Challenger").version) == number
    description = str(version.description)
    assert "| slice_origin | passed: " in description
    report = load_text(f"runs:/{version.run_id}/validation.md")
    assert report.strip() in description


def test_validating_again_describes_once(
    mlflow_store: MlflowClient, ingested: Lakehouse, register_version: RegisterVersion
) -> None:
    """A second validation replaces the first one's report."""
    model_uri = register_version()
    for _ in range(2):
        validate.main([*where(ingested), f"--model_uri={model_uri}"])
    description = str(mlflow_store.get_model_version(*parse_uri(model_uri)).description)
    assert description.count("## Validation") == 1
    assert description.startswith("Predicts how many minutes late")


def test_large_errors_stop(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Errors over the limit end the step; the version is marked FAILED, annotated, and gets no alias."""
    model_uri = register_version()
    expect(monkeypatch, overall=1.0)
    line = fail(ingested, model_uri, capsys)
    assert "failed 1 of 7 checks: performance (mean absolute error" in line
    tags = read_tags(mlflow_store, model_uri)
    assert tags["model_validation_status"] == "FAILED"
    assert tags["check_performance"].startswith("failed: ")
    assert tags["check_format"].startswith("passed: ")
    assert mlflow_store.get_registered_model(parse_uri(model_uri)[0]).aliases == {}


def test_failure_keeps_the_earlier_challenger(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A failing version doesn't take the alias from one that passed."""
    good, bad = register_version(), register_version()
    validate.main([*where(ingested), f"--model_uri={good}"])
    expect(monkeypatch, slices={"origin": 1.0, "carrier": 1.0})
    line = fail(ingested, bad, capsys)
    assert "slice_origin (limit 1, over: " in line
    assert "slice_carrier (limit 1, over: " in line
    assert mlflow_store.get_registered_model(parse_uri(good)[0]).aliases.keys() == {"Challenger"}
    assert str(mlflow_store.get_model_version_by_alias(parse_uri(good)[0], "Challenger").version) == "1"


def test_undocumented_version_fails(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A version without description and code version is refused for that."""
    model_uri = register_version()
    name, number = parse_uri(model_uri)
    mlflow_store.update_model_version(name, number, "")
    mlflow_store.delete_model_version_tag(name, number, "code_version")
    assert "metadata (no description; no tag code_version)" in fail(ingested, model_uri, capsys)


def test_version_without_held_out_month_fails(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A version that doesn't tell what it was not trained on can't be judged, so it fails."""
    model_uri = register_version()
    mlflow_store.delete_model_version_tag(*parse_uri(model_uri), "held_out_month")
    assert "performance (tag held_out_month names no month" in fail(ingested, model_uri, capsys)


def test_model_that_does_not_load_fails(
    mlflow_store: MlflowClient, ingested: Lakehouse, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version whose files are no model fails the format check."""
    run = mlflow_store.create_run(find_experiment(EXPERIMENT))
    mlflow_store.log_text(run.info.run_id, "no model", "model/notes.txt")
    mlflow_store.create_model_version(model, f"{run.info.artifact_uri}/model", run.info.run_id)
    mlflow_store.set_terminated(run.info.run_id)
    line = fail(ingested, f"models:/{model}/1", capsys)
    assert "format (it does not load: " in line
    assert read_tags(mlflow_store, f"models:/{model}/1")["model_validation_status"] == "FAILED"


def test_missing_version_is_one_line(
    ingested: Lakehouse, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version that doesn't exist is named."""
    assert model in fail(ingested, f"models:/{model}/9", capsys)
