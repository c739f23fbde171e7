"""Which endpoints are left over, and what the others serve."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest.mock import create_autospec

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.serving import (
    EndpointCoreConfigSummary,
    EndpointTag,
    ServedEntitySpec,
    ServingEndpoint,
    ServingEndpointsAPI,
)

from pipelines.leftovers.endpoints import find_endpoints, find_served

NOW = datetime(2026, 3, 15, tzinfo=UTC)
BEFORE = NOW - timedelta(days=14)
MODEL = "staging.flights.arrival_delay"


def endpoint(
    name: str, *, days: int = 99, tag: str | None = None, version: str | None = None
) -> ServingEndpoint:
    """An endpoint that was changed so many days ago, of a project by its tag, that serves a version."""
    served = [ServedEntitySpec(entity_name=MODEL, entity_version=version)] if version else None
    return ServingEndpoint(
        name=name,
        creation_timestamp=0,
        last_updated_timestamp=int((NOW - timedelta(days=days)).timestamp() * 1000),
        tags=[EndpointTag(key="project", value=tag)] if tag else None,
        config=EndpointCoreConfigSummary(served_entities=served) if served else None,
    )


def test_only_the_project_s_old_undeclared_endpoints() -> None:
    """By name or by tag; what is declared, younger or another project's stays."""
    workspace = create_autospec(WorkspaceClient, instance=True)
    workspace.serving_endpoints = create_autospec(ServingEndpointsAPI, instance=True)
    there = [
        endpoint("flights-arrival-delay"),
        endpoint("flights-pr-17"),
        endpoint("flights-young", days=2),
        endpoint("try-out", tag="flights"),
        endpoint("trains-delay", tag="trains"),
    ]
    found = list(find_endpoints(workspace, there, "flights", {"flights-arrival-delay"}, BEFORE))
    assert [leftover.name for leftover in found] == ["flights-pr-17", "try-out"]
    found[0].remove()
    workspace.serving_endpoints.delete.assert_called_once_with("flights-pr-17")


def test_served_is_what_staying_endpoints_serve() -> None:
    """An endpoint that leaves needs no version, one without a config has none."""
    there = [endpoint("a", version="3"), endpoint("b", version="4"), endpoint("c")]
    assert find_served(there, {"b"}) == {(MODEL, "3")}
