"""A warehouse as one client uses it."""

from __future__ import annotations

from typing import Any

from databricks.sdk import WorkspaceClient
from databricks.sdk.service import iam, sql


class Warehouse:
    """Runs statements on a warehouse as somebody."""

    def __init__(self, client: WorkspaceClient, warehouse_id: str) -> None:
        self.client = client
        self.id = warehouse_id

    def execute(self, text: str, **settings: Any) -> sql.StatementResponse:
        """What the API answers to a statement."""
        return self.client.statement_execution.execute_statement(text, self.id, **settings)

    def rows(self, text: str, **settings: Any) -> list[list[str]]:
        """The rows of a statement that succeeds."""
        response = self.execute(text, **settings)
        assert response.status is not None
        assert response.status.error is None, response.status.error
        assert response.result is not None
        return response.result.data_array or []

    def error(self, text: str, **settings: Any) -> str:
        """The message of a statement that fails."""
        status = self.execute(text, **settings).status
        assert status is not None
        assert status.state is sql.StatementState.FAILED
        assert status.error is not None
        assert status.error.error_code is sql.ServiceErrorCode.BAD_REQUEST
        return status.error.message or ""

    def permit(self, user: str, level: str) -> None:
        """Give a user a level on the warehouse."""
        entry = iam.AccessControlRequest(user_name=user, permission_level=iam.PermissionLevel(level))
        self.client.permissions.update("warehouses", self.id, access_control_list=[entry])
