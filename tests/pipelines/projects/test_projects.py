"""Finding ML projects by name."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import yaml

from pipelines.checks.check import Check
from pipelines.checks.packaging import loads
from pipelines.errors import PipelineError
from pipelines.projects import find, names
from tests.pipelines.conftest import PROJECTS


def test_projects_are_found_by_name() -> None:
    """Every folder is a project of that name."""
    assert "flights" in names()
    assert [find(name).name for name in names()] == list(names())


def test_unknown_project_names_the_known() -> None:
    """A name without a folder is refused with the names there are."""
    with pytest.raises(
        PipelineError, match=rf"unknown project '\.\.flights' \(known: {', '.join(names())}\)"
    ):
        find("..flights")


@pytest.mark.parametrize("name", names())
def test_tables_are_declared(name: str) -> None:
    """What a project reads and writes are tables and columns that its YAML declares, with the same keys."""
    project = find(name)
    declared = yaml.safe_load((PROJECTS / f"{name}.yaml").read_text())["tables"]
    for source in project.sources:
        assert tuple(declared[source.table]["keys"]) == source.keys
        assert declared[source.table].get("time") == source.time
    features = declared[project.features.table]
    assert (features["keys"], features["time"]) == ([project.features.key], project.features.time)
    assert {project.features.label, *project.model.inputs, *project.evaluation.slices} <= set(
        features["columns"]
    )
    marked = [name for name, table in declared.items() if table.get("feature_table")]
    assert marked == [project.features.table], "its primary key can be added to this table alone"
    features_and_predicted = {*features["columns"], "prediction", "model_version", "predicted_at"}
    predictions = set(declared[project.predictions_table]["columns"])
    needed = {project.features.key, project.features.time, project.features.label, "prediction"}
    assert needed <= predictions <= features_and_predicted


@pytest.mark.parametrize("name", names())
def test_monitored_tables_are_declared(name: str) -> None:
    """Baselines have the columns of what they are compared with; the platform makes the payload table."""
    project = find(name)
    declared = yaml.safe_load((PROJECTS / f"{name}.yaml").read_text())["tables"]
    monitoring = project.monitoring
    for baseline, monitored in (
        (monitoring.features_baseline, project.features.table),
        (monitoring.predictions_baseline, project.predictions_table),
    ):
        assert declared[baseline]["columns"] == declared[monitored]["columns"]
    assert monitoring.payload_table not in declared
    requests = declared[monitoring.requests_table]
    assert requests["keys"] == ["request_id", "row_number"]
    assert {*project.model.inputs, project.features.key, project.features.label} <= set(requests["columns"])
    operational = declared[monitoring.operational_table]
    assert operational["keys"] == ["subject_type", "subject", "metric", "window_start"]


@pytest.mark.parametrize("name", names())
def test_inputs_are_no_label(name: str) -> None:
    """No model gets what it is to predict."""
    project = find(name)
    assert project.features.label not in project.model.inputs
    assert len(set(project.model.inputs)) == len(project.model.inputs)


@pytest.mark.parametrize("name", names())
def test_checks_become_tags(name: str) -> None:
    """The names of checks, metrics and compliance tags are fit to be keys of Unity Catalog's tags."""
    project = find(name)
    keys = [check.name for check in project.validation]
    keys += [metric.name for metric in project.evaluation.metrics]
    keys += project.model.documentation.tags
    assert all(re.fullmatch(r"[a-z0-9_]+", key) for key in keys)


@pytest.mark.parametrize("checks", [(), (loads(), loads())])
def test_validation_is_a_list_of_different_checks(checks: tuple[Check, ...]) -> None:
    """A project without checks would pass everything, and one check's result would hide another's."""
    with pytest.raises(ValueError, match="validation needs checks of different names"):
        replace(find("flights"), validation=checks)
