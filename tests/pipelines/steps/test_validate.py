"""Deciding whether a version may challenge."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import mlflow.pyfunc
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts, load_text

import pipelines.projects.flights as project_module
from pipelines.checks.candidate import Candidate
from pipelines.checks.check import Check
from pipelines.checks.performance import mean_error, mean_error_by
from pipelines.checks.result import Result
from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights import PROJECT
from pipelines.registry import parse_uri
from pipelines.steps import validate
from pipelines.tracking import find_experiment
from tests.pipelines.conftest import EXPERIMENT, where
from tests.pipelines.quarantine.conftest import Poison
from tests.pipelines.steps.conftest import RegisterVersion

CHECKS = [check.name for check in PROJECT.validation]


def expect(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    """Put checks in the place of the project's of the same name, or after all of them."""
    project = project_module.PROJECT
    changed = {check.name: check for check in [*project.validation, *checks]}
    monkeypatch.setattr(project_module, "PROJECT", replace(project, validation=tuple(changed.values())))


def ask_only(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    """Let these be all that the project checks."""
    monkeypatch.setattr(project_module, "PROJECT", replace(project_module.PROJECT, validation=checks))


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
    passed = [key for key, value in version.tags.items() if value.startswith("passed: ")]
    assert sorted(passed) == sorted(f"check_{check}" for check in CHECKS)
    assert "differ by at most 0 " in version.tags["check_reproducibility"]
    assert str(mlflow_store.get_model_version_by_alias(name, "Challenger").version) == number
    description = str(version.description)
    assert "| slice_origin | passed: " in description
    report = load_text(f"runs:/{version.run_id}/validation.md")
    assert report.strip() in description


def test_validating_again_describes_once(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second validation replaces the first one's report, and the tags of checks that are no more."""
    model_uri = register_version()
    mlflow_store.set_model_version_tag(*parse_uri(model_uri), "check_colour", "passed: red")
    ask_only(monkeypatch, mean_error(at_most=36))
    for _ in range(2):
        validate.main([*where(ingested), f"--model_uri={model_uri}"])
    version = mlflow_store.get_model_version(*parse_uri(model_uri))
    assert str(version.description).count("## Validation") == 1
    assert str(version.description).startswith("Predicts how many minutes late")
    assert [key for key in version.tags if key.startswith("check_")] == ["check_performance"]


def test_large_errors_stop(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Errors over the limit end the step; the version is marked FAILED, annotated, and gets no alias."""
    model_uri = register_version()
    expect(monkeypatch, mean_error(at_most=1))
    line = fail(ingested, model_uri, capsys)
    assert f"failed 1 of {len(CHECKS)} checks: performance (mean absolute error" in line
    tags = read_tags(mlflow_store, model_uri)
    assert tags["model_validation_status"] == "FAILED"
    assert tags["check_performance"].startswith("failed: ")
    assert tags["check_signature"].startswith("passed: ")
    assert mlflow_store.get_registered_model(parse_uri(model_uri)[0]).aliases == {}


def test_failed_version_tells_why(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A failed version can still be loaded, and its description says all that is wrong with it."""
    model_uri = register_version()
    ask_only(monkeypatch, mean_error(at_most=1), mean_error_by("origin", at_most=1, fewest_rows=1))
    fail(ingested, model_uri, capsys)
    model = mlflow.pyfunc.load_model(model_uri)
    assert np.isfinite(model.predict(model.input_example)).all()
    version = mlflow_store.get_model_version(*parse_uri(model_uri))
    assert "| performance | failed: mean absolute error " in str(version.description)
    assert "| slice_origin | failed: limit 1, over: " in str(version.description)


def test_failure_keeps_the_earlier_challenger(  # noqa: PLR0917 - fixtures
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A failing version doesn't take the alias from one that passed; one that fails later loses it."""
    good, bad = register_version(), register_version()
    ask_only(monkeypatch, mean_error(at_most=36))
    validate.main([*where(ingested), f"--model_uri={good}"])
    ask_only(monkeypatch, mean_error(at_most=1))
    fail(ingested, bad, capsys)
    assert mlflow_store.get_registered_model(model).aliases.keys() == {"Challenger"}
    assert str(mlflow_store.get_model_version_by_alias(model, "Challenger").version) == "1"
    fail(ingested, good, capsys)
    assert mlflow_store.get_registered_model(model).aliases == {}


def test_undocumented_version_fails(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A version without description and tags is refused for all of that at once."""
    model_uri = register_version()
    name, number = parse_uri(model_uri)
    mlflow_store.update_model_version(name, number, "")
    for tag in read_tags(mlflow_store, model_uri):
        mlflow_store.delete_model_version_tag(name, number, tag)
    line = fail(ingested, model_uri, capsys)
    assert "tags (no tag project, code_version, " in line
    assert "documentation (no description)" in line
    assert "compliance (data_classification is not set (public or internal allowed); " in line
    assert "performance (tag held_out_month of version 1 names no month" in line


def test_held_out_month_that_is_gone_fails(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A version whose held-out month has no rows can't be judged, so it fails."""
    model_uri = register_version()
    mlflow_store.set_model_version_tag(*parse_uri(model_uri), "held_out_month", "2013-09")
    ask_only(monkeypatch, mean_error(at_most=36))
    assert "performance (dev.flights.flight_features has no labelled rows of 2013-09)" in fail(
        ingested, model_uri, capsys
    )


def test_other_data_or_recipe_is_found_out(  # noqa: PLR0917 - fixtures
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A version that its data and its run's recipe don't make again fails."""
    model_uri = register_version()
    ask_only(monkeypatch, *(check for check in PROJECT.validation if check.name == "reproducibility"))
    recipe = json.loads(load_text(f"runs:/{mlflow_store.get_model_version(model, '1').run_id}/training.json"))
    run = mlflow_store.create_run(find_experiment(EXPERIMENT))
    mlflow_store.log_text(run.info.run_id, json.dumps({**recipe, "seed": 2}), "training.json")
    mlflow_store.set_terminated(run.info.run_id)
    known = mlflow_store.get_model_version(model, "1")
    mlflow_store.create_model_version(
        model, str(known.source), run.info.run_id, known.tags, model_id=known.model_id
    )
    assert "reproducibility (its data is " in fail(ingested, f"models:/{model}/2", capsys)
    mlflow_store.set_model_version_tag(model, "1", "data_digest", "1-2")
    assert "and was 1-2)" in fail(ingested, model_uri, capsys)


def test_model_that_does_not_load_fails(
    mlflow_store: MlflowClient, ingested: Lakehouse, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version whose files are no model fails, whatever else is asked of it."""
    run = mlflow_store.create_run(find_experiment(EXPERIMENT))
    mlflow_store.log_text(run.info.run_id, "no model", "model/notes.txt")
    mlflow_store.create_model_version(model, f"{run.info.artifact_uri}/model", run.info.run_id)
    mlflow_store.set_terminated(run.info.run_id)
    line = fail(ingested, f"models:/{model}/1", capsys)
    assert "loads (it does not load: its MLmodel can't be read: " in line
    assert "signature (it does not load: " in line
    assert read_tags(mlflow_store, f"models:/{model}/1")["model_validation_status"] == "FAILED"


def test_poisoned_pickle_is_not_loaded(  # noqa: PLR0917 - fixtures
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    register_version: RegisterVersion,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """A version of which the pickle would run a command fails before it does; data and aliases stay."""
    known = mlflow_store.get_model_version(*parse_uri(register_version()))
    folder = Path(download_artifacts(f"models:/{model}/1", dst_path=str(tmp_path)))
    sign = tmp_path / "sign"
    (folder / "model.pkl").write_bytes(pickle.dumps(Poison(os.system, f"touch {sign}")))
    mlflow_store.create_model_version(
        model, folder.as_uri(), known.run_id, known.tags, description=known.description
    )
    line = fail(ingested, f"models:/{model}/2", capsys)
    assert "loads (it does not load: it unpickles posix.system, which the project doesn't trust)" in line
    assert not sign.exists()
    assert read_tags(mlflow_store, f"models:/{model}/2")["model_validation_status"] == "FAILED"
    assert mlflow_store.get_registered_model(model).aliases == {}


def test_nothing_is_left_pending(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A validation that is cut off has failed."""

    def interrupt(_: Candidate) -> Result:
        raise KeyboardInterrupt

    model_uri = register_version()
    ask_only(monkeypatch, Check("endless", interrupt))
    with pytest.raises(KeyboardInterrupt):
        validate.main([*where(ingested), f"--model_uri={model_uri}"])
    assert read_tags(mlflow_store, model_uri)["model_validation_status"] == "FAILED"


def test_model_deleted_meanwhile_is_one_line(  # noqa: PLR0917 - fixtures
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    model: str,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A model that is deleted while it is checked ends the step with its name."""

    def delete(_: Candidate) -> Result:
        mlflow_store.delete_registered_model(model)
        return Result(passed=True, detail="gone")

    model_uri = register_version()
    ask_only(monkeypatch, Check("late", delete))
    assert f"validate: registered model {model}: " in fail(ingested, model_uri, capsys)


def test_missing_version_is_one_line(
    ingested: Lakehouse, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version that doesn't exist is named."""
    assert model in fail(ingested, f"models:/{model}/9", capsys)


def test_report_is_a_table_whatever_errors_say(
    mlflow_store: MlflowClient,
    ingested: Lakehouse,
    register_version: RegisterVersion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Bars and line breaks of a result don't break the report's rows."""
    model_uri = register_version()
    ask_only(monkeypatch, Check("odd", lambda _: Result(passed=False, detail="a|b\nc")))
    fail(ingested, model_uri, capsys)
    description = str(mlflow_store.get_model_version(*parse_uri(model_uri)).description)
    assert "| odd | failed: a\\|b c |" in description
