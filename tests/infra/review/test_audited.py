"""Which events are about which object: by the attributes of Terraform's state."""

from __future__ import annotations

import importlib
import inspect
import string
from typing import Any

import pytest

from infra.review.audited import TRACES, sought

_OURS = {"id", "object", "on_tree", "securable", "securable_type"}  # every resource's, and what is derived


@pytest.mark.parametrize("type_", TRACES)
def test_objects_are_known_by_attributes_that_they_have(type_: str) -> None:
    """A misspelt attribute would never be found in a state, and its object never in the log."""
    name = type_.removeprefix("databricks_")
    module = importlib.import_module(f"cdktf_cdktf_provider_databricks.{name}")
    resource = getattr(module, "".join(part.title() for part in name.split("_")))
    known = {each for each, _ in inspect.getmembers(resource)} | _OURS
    for trace in TRACES[type_]:
        for text in (*trace.told.values(), *trace.within.values()):
            assert {field for _, field, _, _ in string.Formatter().parse(text) if field} <= known


@pytest.mark.parametrize(
    ("type_", "values", "action", "parameters"),
    [
        (
            "databricks_grant",
            {"model": "Dev.flights.delay", "principal": "ds"},
            "unityCatalog updatePermissions",
            {
                "securable_type": "FUNCTION",
                "securable_full_name": "dev.flights.delay",
                "changes": '[{"principal": "ds", "add": ["EXECUTE"]}]',
            },
        ),
        (
            "databricks_schema",
            {"catalog_name": "dev", "name": "flights"},
            "unityCatalog createSchema",
            {"catalog_name": "dev", "name": "flights"},
        ),
        (
            "databricks_permissions",
            {"id": "/dashboards/12"},
            "workspace changeWorkspaceAcl",
            {"aclChangeResourceName": "dashboardsv3/12"},
        ),
        (
            "databricks_quality_monitor",
            {"table_name": "dev.flights.t"},
            "dataMonitoring UpdateMonitor",
            {"full_table_name_arg": "dev.flights.t"},
        ),
    ],
)
def test_an_event_fits_its_object_alone(
    type_: str, values: dict[str, Any], action: str, parameters: dict[str, str | None]
) -> None:
    """However the log writes capital letters; and not once a parameter says otherwise."""
    assert any(trace.fits(action, parameters) for trace in sought(type_, values))
    for name in parameters:
        others = {**parameters, name: "other"}
        assert not any(trace.fits(action, others) for trace in sought(type_, values))


def test_nothing_is_looked_for_of_what_cannot_be_known() -> None:
    """A type that the log does not tell of, and an object whose attributes are not there yet."""
    assert sought("databricks_workspace_file", {"id": "/a"}) == []
    assert sought("databricks_schema", {"catalog_name": "dev", "name": None}) == []
