"""Bringing the endpoint to the Champion."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock, create_autospec

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound, OperationFailed
from databricks.sdk.service.serving import (
    EndpointCoreConfigOutput,
    EndpointState,
    EndpointStateConfigUpdate,
    EndpointStateReady,
    ServedEntityInput,
    ServedEntityOutput,
    ServingEndpointDetailed,
    ServingEndpointsAPI,
)

from pipelines.errors import PipelineError
from pipelines.serving import serve

NAME = "flights-arrival-delay"
ENTITY = ServedEntityInput(
    name="arrival_delay-2",
    entity_name="dev.flights.arrival_delay",
    entity_version="2",
    workload_size="Small",
    scale_to_zero_enabled=True,
)


def make_endpoint(*, version: str | None, size: str = "Small", ready: bool = True) -> ServingEndpointDetailed:
    """An endpoint that serves a version, or has no config for None."""
    served = ServedEntityOutput(
        entity_name="dev.flights.arrival_delay",
        entity_version=version,
        workload_size=size,
        scale_to_zero_enabled=True,
    )
    return ServingEndpointDetailed(
        name=NAME,
        config=EndpointCoreConfigOutput(served_entities=[served]) if version else None,
        state=EndpointState(
            config_update=EndpointStateConfigUpdate.NOT_UPDATING,
            ready=EndpointStateReady.READY if ready else EndpointStateReady.NOT_READY,
        ),
    )


def make_workspace(
    before: ServingEndpointDetailed, after: ServingEndpointDetailed | Exception | None = None
) -> Any:
    """A client whose endpoint is `before`, and `after` once it was updated."""
    workspace = create_autospec(WorkspaceClient, instance=True)
    workspace.serving_endpoints = create_autospec(ServingEndpointsAPI, instance=True)
    workspace.serving_endpoints.wait_get_serving_endpoint_not_updating.return_value = before
    result = MagicMock(side_effect=after) if isinstance(after, Exception) else MagicMock(return_value=after)
    workspace.serving_endpoints.update_config.return_value.result = result
    return workspace


def test_endpoint_without_config_gets_one() -> None:
    """An endpoint that was declared without config serves the entity with all traffic."""
    workspace = make_workspace(make_endpoint(version=None), make_endpoint(version="2"))
    serve(workspace, NAME, ENTITY)
    (name,), asked = workspace.serving_endpoints.update_config.call_args
    assert name == NAME
    assert asked["served_entities"] == [ENTITY]
    routes = asked["traffic_config"].routes
    assert [(route.served_model_name, route.traffic_percentage) for route in routes] == [(ENTITY.name, 100)]


def test_nothing_changes_when_it_serves_already() -> None:
    """An endpoint that serves just this is left alone."""
    workspace = make_workspace(make_endpoint(version="2"))
    serve(workspace, NAME, ENTITY)
    workspace.serving_endpoints.update_config.assert_not_called()


@pytest.mark.parametrize("before", [make_endpoint(version="1"), make_endpoint(version="2", size="Medium")])
def test_another_version_or_size_is_updated(before: ServingEndpointDetailed) -> None:
    """A difference in version or size is brought to what is asked for."""
    workspace = make_workspace(before, make_endpoint(version="2"))
    serve(workspace, NAME, ENTITY)
    workspace.serving_endpoints.update_config.assert_called_once()


def test_missing_endpoint_is_an_error() -> None:
    """An endpoint that nobody declared is not created here."""
    workspace = make_workspace(make_endpoint(version=None))
    workspace.serving_endpoints.wait_get_serving_endpoint_not_updating.side_effect = NotFound(
        "no such endpoint"
    )
    with pytest.raises(PipelineError, match="does not exist: deploy the stack"):
        serve(workspace, NAME, ENTITY)


def test_failed_update_is_an_error() -> None:
    """An update that fails is told with its reason."""
    workspace = make_workspace(make_endpoint(version="1"), OperationFailed("UPDATE_FAILED: out of quota"))
    with pytest.raises(PipelineError, match="out of quota"):
        serve(workspace, NAME, ENTITY)


def test_earlier_failure_is_no_obstacle() -> None:
    """An endpoint whose last update failed can be updated again."""
    workspace = make_workspace(make_endpoint(version="1"), make_endpoint(version="2"))
    endpoints = workspace.serving_endpoints
    endpoints.wait_get_serving_endpoint_not_updating.side_effect = OperationFailed("UPDATE_FAILED")
    endpoints.get.return_value = make_endpoint(version="1")
    serve(workspace, NAME, ENTITY)
    endpoints.update_config.assert_called_once()


@pytest.mark.parametrize("after", [make_endpoint(version="2", ready=False), make_endpoint(version="1")])
def test_not_ready_is_an_error(after: ServingEndpointDetailed) -> None:
    """An update that ends without the entity being served is a failure."""
    with pytest.raises(PipelineError, match="is not ready"):
        serve(make_workspace(make_endpoint(version=None), after), NAME, ENTITY)
