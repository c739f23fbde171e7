"""What the stacks know of the steps is what the steps say themselves."""

from __future__ import annotations

import ast
import importlib.util
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from infra.config.environment import JobValues
from infra.config.project import Limits
from infra.config.steps import GIVEN, PASSED_ON, STEPS, wanted_values
from pipelines.parameters import Parameters

PYPROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())


def kinds(base: type[Parameters] = Parameters) -> Iterator[type[Parameters]]:
    """The parameters of every step."""
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_step_s_parameters_are_known() -> None:
    """Each step takes exactly the parameters that the jobs will pass it."""
    own = {kind.step: {field.name for field in fields(kind)} for kind in kinds() if hasattr(kind, "step")}
    assert {step: set(parameters) for step, parameters in STEPS.items()} == own


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_an_entry_point(step: str) -> None:
    """Each step can be started as the wheel's entry point of its name."""
    module, _, function = PYPROJECT["project"]["scripts"][step].partition(":")
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text())  # importing it would take MLflow's seconds
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_given_values_are_the_settings_keys() -> None:
    """Each value that an environment gives has a typed key in its YAML."""
    assert set(GIVEN) == JobValues.model_fields.keys() - Limits.model_fields.keys() - {"schedule"}


def test_passed_on_values_come_from_a_step() -> None:
    """A task value is set by a step there is, and no environment gives it."""
    assert set(PASSED_ON.values()) <= set(STEPS)
    assert not set(PASSED_ON) & set(GIVEN)


def test_wanted_values_of_training() -> None:
    """Training's values are the tuning's; names and the model's URI are nobody's to give."""
    steps = ("train", "validate", "approve", "deploy")
    assert wanted_values(dict.fromkeys(steps)) == ["trials", "max_rows", "seed", "approval_minutes"]
