"""The deployed whole: one local account per test session, filled by the command that users run."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.sql import StatementResponse, StatementState

from infra.local import daemon
from infra.local.folder import Folder
from tests.e2e.finished import output_of

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Deployed:
    """A local account with the four stacks deployed and prod's jobs run."""

    folder: Path
    output: str

    @property
    def environment(self) -> dict[str, str]:
        """What a user's shell has after `make local`, whatever account the project's own .env names."""
        running = daemon.find(Folder(self.folder))
        assert running is not None
        return {**os.environ, **running.environment, "PIPENV_DONT_LOAD_ENV": "1"}

    def client(self, profile: str) -> WorkspaceClient:
        """The databricks-sdk client of a profile, e.g. `dana-dev`."""
        return WorkspaceClient(profile=profile, config_file=str(self.folder / "databrickscfg"))

    def execute(self, profile: str, sql: str) -> StatementResponse:
        """SQL as the owner of a profile on the workspace's own warehouse; returns the finished statement."""
        client = self.client(profile)
        warehouse = next(iter(client.warehouses.list()))
        response = client.statement_execution.execute_statement(sql, warehouse.id or "", wait_timeout="50s")
        assert response.status is not None
        assert response.status.state in (StatementState.SUCCEEDED, StatementState.FAILED), response
        return response

    def curl(self) -> list[str]:
        """The words of the line that the command prints for asking the endpoint."""
        (line,) = [line for line in self.output.splitlines() if line.startswith("curl ")]
        return shlex.split(line)

    def sample(self) -> dict[str, Any]:
        """What that line sends."""
        words = self.curl()
        return dict(json.loads(words[words.index("-d") + 1]))

    def run(self, *command: str, timeout: float = 300, **variables: str) -> subprocess.CompletedProcess[str]:
        """A command in the project's folder, as a user of this account types it."""
        return subprocess.run(
            command,
            cwd=PROJECT,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Everything deployed and run once; all of it in a folder of its own, stopped afterwards."""
    folder = tmp_path_factory.mktemp("local")
    environment = {**os.environ, "LOCAL_FOLDER": str(folder)}
    command = [sys.executable, "-m", "infra.local"]
    finished = subprocess.run(
        [*command, "loop"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    output = finished.stdout + finished.stderr
    try:
        output_of(finished)
        yield Deployed(folder, output)
    finally:
        subprocess.run([*command, "down"], cwd=PROJECT, env=environment, check=True, timeout=120)


Statement = Callable[[str, str], StatementResponse]


@pytest.fixture
def execute(deployed: Deployed) -> Statement:
    """Run SQL as the owner of a profile on the workspace's own warehouse; returns the finished statement."""
    return deployed.execute
