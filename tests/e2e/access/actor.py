"""Somebody at a workspace, with every client that Databricks has for it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import mlflow
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.sql import StatementState
from pyspark.sql import SparkSession

from tests.e2e.access.world import World


class RefusedError(Exception):
    """A statement was answered that a privilege is missing."""


class BrokenError(Exception):
    """A statement failed for another reason than rights."""


@dataclass(frozen=True)
class Actor:
    """The owner of credentials, at the workspace of the environment `seat`."""

    world: World
    profile: str
    seat: str

    @property
    def sdk(self) -> WorkspaceClient:
        """databricks-sdk's client."""
        return self.world.client(self.profile)

    @property
    def spark(self) -> SparkSession:
        """A Spark Connect session."""
        return self.world.spark(self.profile)

    def mlflow(self) -> AbstractContextManager[mlflow.MlflowClient]:
        """MLflow's client."""
        return self.world.mlflow(self.profile)

    def sql(self, text: str) -> list[list[str]]:
        """The rows of a statement on the workspace's warehouse; RefusedError, BrokenError."""
        execution = self.sdk.statement_execution
        answer = execution.execute_statement(text, self.world.warehouse(self.seat), wait_timeout="50s")
        assert answer.status is not None
        if answer.status.state is StatementState.SUCCEEDED:
            return (answer.result.data_array if answer.result else None) or []
        message = str(answer.status.error.message if answer.status.error else answer.status)
        raise (RefusedError if "[INSUFFICIENT_PERMISSIONS]" in message else BrokenError)(message)
