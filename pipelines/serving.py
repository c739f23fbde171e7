"""The endpoint that answers with the Champion."""

from typing import TYPE_CHECKING

from databricks.sdk.errors import NotFound, OperationFailed
from databricks.sdk.service.serving import (
    EndpointStateReady,
    Route,
    ServedEntityInput,
    ServedEntityOutput,
    ServingEndpointDetailed,
    TrafficConfig,
)

from pipelines.errors import PipelineError
from pipelines.progress import say, timed

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient


def make_entity(model: str, version: str, *, size: str, scale_to_zero: bool) -> ServedEntityInput:
    """Return the served entity of a version of a registered model, named after it."""
    return ServedEntityInput(
        name=f"{model.rsplit('.', maxsplit=1)[-1]}-{version}",
        entity_name=model,
        entity_version=version,
        workload_size=size,
        scale_to_zero_enabled=scale_to_zero,
    )


def serve(workspace: "WorkspaceClient", endpoint: str, entity: ServedEntityInput) -> None:
    """Let an endpoint send all its traffic to one served entity, and wait until it does.

    Nothing is changed when it does so already. Raises PipelineError when the endpoint isn't declared or
    doesn't get ready; what it served before goes on being served then.
    """
    try:
        current = workspace.serving_endpoints.wait_get_serving_endpoint_not_updating(endpoint)
    except NotFound as error:
        raise PipelineError(
            f"endpoint {endpoint} does not exist: deploy the stack that declares it"
        ) from error
    except OperationFailed:  # an earlier update failed: it is no obstacle to the next
        current = workspace.serving_endpoints.get(endpoint)
    if _serves(current, entity):
        say(f"endpoint {endpoint} serves {_label(entity)} already")
        return
    with timed(f"endpoint {endpoint} serves {_label(entity)}"):
        _require_ready(_update(workspace, endpoint, entity), entity)


def _update(
    workspace: "WorkspaceClient", endpoint: str, entity: ServedEntityInput
) -> ServingEndpointDetailed:
    route = Route(served_model_name=entity.name, traffic_percentage=100)
    say(f"endpoint {endpoint}: updating to {_label(entity)}")
    try:
        waiting = workspace.serving_endpoints.update_config(
            endpoint, served_entities=[entity], traffic_config=TrafficConfig(routes=[route])
        )
        return waiting.result()
    except (OperationFailed, TimeoutError) as error:
        raise PipelineError(f"endpoint {endpoint} does not serve {_label(entity)}: {error}") from error


def _require_ready(reached: ServingEndpointDetailed, entity: ServedEntityInput) -> None:
    if (
        reached.state is None
        or reached.state.ready != EndpointStateReady.READY
        or not _serves(reached, entity)
    ):
        raise PipelineError(f"endpoint {reached.name} is not ready with {_label(entity)}: {reached.state}")


def _serves(endpoint: ServingEndpointDetailed, wanted: ServedEntityInput) -> bool:
    served = endpoint.config.served_entities if endpoint.config else None
    return len(served or []) == 1 and _facts((served or [])[0]) == _facts(wanted)


def _facts(entity: ServedEntityInput | ServedEntityOutput) -> tuple[object, ...]:
    return entity.entity_name, entity.entity_version, entity.workload_size, bool(entity.scale_to_zero_enabled)


def _label(entity: ServedEntityInput) -> str:
    return f"{entity.entity_name} version {entity.entity_version}"
