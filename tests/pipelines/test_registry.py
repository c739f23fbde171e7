"""The registered model's versions."""

from __future__ import annotations

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


@pytest.mark.usefixtures("mlflow_store")
def test_undeclared_model_is_one_line() -> None:
    """A registered model that doesn't exist is named, whatever is asked of it."""
    registry = Registry("dev.flights.missing")
    for ask in (lambda: registry.holder("Champion"), lambda: registry.version("1")):
        with pytest.raises(PipelineError, match=r"registered model dev\.flights\.missing: ") as caught:
            ask()
        assert "\n" not in str(caught.value)
