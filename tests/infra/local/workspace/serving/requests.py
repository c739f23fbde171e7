"""Configs and queries as databricks-sdk sends them, in one line."""

from __future__ import annotations

import threading
from collections import Counter

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.serving import (
    QueryEndpointResponse,
    Route,
    ServedEntityInput,
    ServingEndpointDetailed,
    TrafficConfig,
)

MODEL = "lab.flights.delay"
VARIABLES = {"GREETING": "{{secrets/words/greeting}}, world"}


def serve(client: WorkspaceClient, endpoint: str, shares: dict[int, int]) -> ServingEndpointDetailed:
    """Serve versions of the model by percentages of the traffic; returns when that is so."""
    routes = [Route(served_model_name=f"delay-{v}", traffic_percentage=share) for v, share in shares.items()]
    entities = [entity(version) for version in shares]
    traffic = TrafficConfig(routes=routes)
    return client.serving_endpoints.update_config_and_wait(
        endpoint, served_entities=entities, traffic_config=traffic
    )


def entity(version: int) -> ServedEntityInput:
    """A version of the model as a served entity."""
    return ServedEntityInput(
        entity_name=MODEL,
        entity_version=str(version),
        workload_size="Small",
        scale_to_zero_enabled=True,
        environment_vars=VARIABLES,
    )


def ask(client: WorkspaceClient, endpoint: str) -> QueryEndpointResponse:
    """The answer for one row."""
    return client.serving_endpoints.query(endpoint, dataframe_records=[{"x": 1.0}])


class Customers:
    """Ask an endpoint in a loop, from several threads, until they are sent away."""

    def __init__(self, client: WorkspaceClient, endpoint: str, number: int = 3) -> None:
        self.answers: Counter[float] = Counter()
        self.failures: list[DatabricksError] = []
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(client, endpoint)) for _ in range(number)]

    def __enter__(self) -> Customers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, client: WorkspaceClient, endpoint: str) -> None:
        while not self._leaving.wait(0.01):
            try:
                self.answers[(ask(client, endpoint).predictions or [0.0])[0]] += 1
            except DatabricksError as error:
                self.failures.append(error)
