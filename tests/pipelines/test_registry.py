"""The registered model's versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlflow import MlflowClient

from pipelines.errors import PipelineError
from pipelines.registry import Registry, parse_uri


@pytest.fixture
def registry(mlflow_store: MlflowClient, request: pytest.FixtureRequest) -> Registry:
    """A registered model with one version that has no files."""
    name = f"dev.flights.{request.node.name}"
    mlflow_store.create_registered_model(name)
    mlflow_store.create_model_version(name, "file:///nowhere")
    return Registry(name)


def test_uri_is_taken_apart() -> None:
    """Name and version come out; anything else is refused."""
    assert parse_uri("models:/prod.flights.arrival_delay/3") == ("prod.flights.arrival_delay", "3")
    with pytest.raises(PipelineError, match="is not like"):
        parse_uri("models:/prod.flights.arrival_delay@Champion")


def test_alias_names_one_version(registry: Registry) -> None:
    """An alias that nobody has yet is None; given, it names the version as a string."""
    assert registry.holder("Champion") is None
    registry.give("Champion", "1")
    assert registry.holder("Champion") == "1"


def test_tags_fit(registry: Registry) -> None:
    """Values are cut and trimmed to what Unity Catalog takes."""
    registry.tag("1", "check_format", " " + "x" * 2000)
    assert registry.version("1").tags["check_format"] == "x" * 1000


def test_alias_is_taken_from_its_holder_only(registry: Registry) -> None:
    """A version that doesn't hold an alias doesn't lose it for the one that does."""
    registry.give("Champion", "1")
    registry.take("Champion", "2")
    assert registry.holder("Champion") == "1"
    registry.take("Champion", "1")
    assert registry.holder("Champion") is None


def test_files_beside_a_version(registry: Registry, mlflow_store: MlflowClient) -> None:
    """Texts are kept with the version's run and found by their path; a version without run has none."""
    assert not registry.has("1", "notes.md")
    run = mlflow_store.create_run("1")
    mlflow_store.create_model_version(registry.name, "file:///nowhere", run.info.run_id)
    registry.attach("2", "Text.", "folder/notes.md")
    assert registry.read_attached("2", "folder/notes.md") == "Text."
    assert registry.read_attached("2", "notes.md") is None


def test_files_of_no_version_are_one_line(registry: Registry, tmp_path: Path) -> None:
    """Files that are not to be had are an error with the version's name."""
    with pytest.raises(PipelineError, match=r"files of .* version 7 are not to be had: ") as caught:
        registry.download("7", tmp_path)
    assert "\n" not in str(caught.value)


def test_version_deleted_meanwhile_is_one_line(registry: Registry, mlflow_store: MlflowClient) -> None:
    """Whatever is done with a version that is gone names its model."""
    mlflow_store.delete_model_version(registry.name, "1")
    told = f"registered model {registry.name}: "
    with pytest.raises(PipelineError, match=told):
        registry.tag("1", "project", "flights")
    with pytest.raises(PipelineError, match=told):
        registry.give("Champion", "1")
    with pytest.raises(PipelineError, match=told):
        registry.describe("1", "Gone.")


@pytest.mark.usefixtures("mlflow_store")
def test_undeclared_model_is_one_line() -> None:
    """A registered model that doesn't exist is named, whatever is asked of it."""
    registry = Registry("dev.flights.missing")
    for ask in (lambda: registry.holder("Champion"), lambda: registry.version("1")):
        with pytest.raises(PipelineError, match=r"registered model dev\.flights\.missing: ") as caught:
            ask()
        assert "\n" not in str(caught.value)
