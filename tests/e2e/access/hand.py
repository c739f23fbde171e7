"""What a persona has in hand when it tries something: clients at its seat, and names of what is there."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import mlflow
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.sql import StatementState
from pyspark.sql import SparkSession

from tests.e2e.access.names import Names
from tests.e2e.access.reading import Case
from tests.e2e.access.scratch import Scratch
from tests.e2e.access.world import World


class RefusedError(Exception):
    """A statement was answered that a privilege is missing."""


class BrokenError(Exception):
    """A statement failed for another reason than rights."""


@dataclass(frozen=True)
class Hand:
    """One persona at one seat."""

    world: World
    case: Case
    profile: str

    @property
    def sdk(self) -> WorkspaceClient:
        """databricks-sdk's client, of the seat's workspace."""
        return self.world.client(self.profile)

    @property
    def maker(self) -> WorkspaceClient:
        """The client of who deployed the environment: it finds what is there, and cleans up."""
        return self.world.client(self.case.environment)

    @property
    def spark(self) -> SparkSession:
        """A Spark Connect session at the seat's workspace."""
        return self.world.spark(self.profile)

    @property
    def mine(self) -> str:
        """A name for something of the persona's own, that nobody else's attempt has."""
        return f"access_{self.case.persona.name}_{self.case.seat}".replace("-", "_")

    @property
    def project(self) -> str:
        """The project that is tried; any of the environment's where the operation is of none."""
        environment = self.world.settings.environments[self.case.environment]
        return self.case.project or next(iter(environment.projects))

    @property
    def names(self) -> Names:
        """Names of the project's things in the environment."""
        return Names(self.world.settings, self.case.environment, self.project)

    @property
    def scratch(self) -> Scratch:
        """Things to try something on, which nobody minds."""
        return self.world.scratch(self.case.environment, self.project)

    def mlflow(self) -> AbstractContextManager[mlflow.MlflowClient]:
        """MLflow's client, of the seat's workspace."""
        return self.world.mlflow(self.profile)

    def sql(self, text: str) -> list[list[str]]:
        """The rows of a statement on the seat's warehouse; RefusedError, BrokenError."""
        execution = self.sdk.statement_execution
        answer = execution.execute_statement(text, self.world.warehouse(self.case.seat), wait_timeout="50s")
        assert answer.status is not None
        if answer.status.state is StatementState.SUCCEEDED:
            return (answer.result.data_array if answer.result else None) or []
        message = str(answer.status.error.message if answer.status.error else answer.status)
        raise (RefusedError if "[INSUFFICIENT_PERMISSIONS]" in message else BrokenError)(message)
