"""An inference table as its readers see it: through a warehouse."""

from __future__ import annotations

import time

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.serving import AiGatewayInferenceTableConfig

from tests.infra.local.workspace.sql.warehouse import Warehouse

_SECONDS = 10


class Logbook:
    """Reads the payload table of an endpoint that logs to `lab.flights` with its name as prefix."""

    def __init__(self, warehouse: Warehouse, endpoint: str) -> None:
        self._warehouse = warehouse
        self.table = payload_table(endpoint)

    def rows(self, number: int, columns: str) -> list[list[str | None]]:
        """The rows in the order of their requests, once there are this many."""
        query = f"SELECT {columns} FROM {self.table} ORDER BY request_time"
        deadline = time.monotonic() + _SECONDS
        while len(found := self._warehouse.rows(query)) < number:
            assert time.monotonic() < deadline, f"{self.table} has {len(found)} of {number} rows"
            time.sleep(0.1)
        assert len(found) == number
        return [[*row] for row in found]


def payload_table(endpoint: str) -> str:
    """The full name of an endpoint's inference table."""
    return f"lab.flights.{_prefix(endpoint)}_payload"


def config(endpoint: str, *, enabled: bool = True) -> AiGatewayInferenceTableConfig:
    """An endpoint's inference table, on or off."""
    return AiGatewayInferenceTableConfig(
        catalog_name="lab", schema_name="flights", table_name_prefix=_prefix(endpoint), enabled=enabled
    )


def log_requests(client: WorkspaceClient, endpoint: str, *, enabled: bool = True) -> None:
    """Switch an endpoint's inference table on or off."""
    client.serving_endpoints.put_ai_gateway(
        endpoint, inference_table_config=config(endpoint, enabled=enabled)
    )


def _prefix(endpoint: str) -> str:
    return endpoint.replace("-", "_")
