"""Endpoints after the account was stopped, killed, or lost a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from databricks.sdk import WorkspaceClient
from deltalake import DeltaTable

from infra.local.workspace.platform import LocalAccount
from infra.local.workspace.serving import configs
from infra.local.workspace.serving.documents import NOT_UPDATING
from tests.infra.local.workspace.mlflow.accounts import furnish
from tests.infra.local.workspace.serving.logbook import log_requests, payload_table
from tests.infra.local.workspace.serving.requests import MODEL, ask, serve

pytestmark = pytest.mark.slow  # kills and restarts whole accounts

_KILLED = "tests.infra.local.workspace.serving.killed_account"


def test_endpoints_outlive_their_account_s_processes(tmp_path: Path) -> None:
    """A model's process that dies is restarted; a killed account leaves none; a new start brings all back.

    What was asked in an account's last moment is in the inference table.
    """
    account = LocalAccount(tmp_path)
    account.start()
    try:
        studio = furnish(account)
        studio.new_version(MODEL, value=1.0)
        client = studio.sdk("deployer")
        client.secrets.create_scope("words")
        client.secrets.put_secret("words", "greeting", string_value="hello")
        client.serving_endpoints.create_and_wait("survivor")
        log_requests(client, "survivor")
        serve(client, "survivor", {1: 100})
        _check_restart(account, client)
    finally:
        account.stop()
    _check_kill(tmp_path)
    account = LocalAccount(tmp_path)
    account.start()
    try:
        logged = DeltaTable(str(account.catalog.table_location(payload_table("survivor"))))
        assert logged.to_pyarrow_table()["status_code"].to_pylist() == [200]
        assert ask(client, "survivor").predictions == [1.0]
        assert client.experiments.get_by_name("/Shared/models").experiment is not None
    finally:
        account.stop()


def test_an_account_starts_without_a_model_that_is_gone(tmp_path: Path) -> None:
    """An endpoint whose model was dropped meanwhile is not ready; everything else answers."""
    account = LocalAccount(tmp_path)
    config = configs.read({"served_entities": [{"entity_name": "lab.flights.gone", "entity_version": "1"}]})
    endpoint = {
        "id": "1",
        "name": "orphan",
        "workspace_id": 1,
        "config": config,
        "config_update": NOT_UPDATING,
    }
    account.store.collection("serving_endpoints").put("1/orphan", endpoint)
    account.start()
    assert account.serving.processes() == []
    account.stop()


def _check_restart(account: LocalAccount, client: WorkspaceClient) -> None:
    ((_, pid),) = account.serving.processes()
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=5)
    assert ask(client, "survivor").predictions == [1.0]
    assert [each for _, each in account.serving.processes()] != [pid]


def _check_kill(folder: Path) -> None:
    """Kill -9 in a process of its own; what it had started ends with it."""
    command = [sys.executable, "-m", _KILLED, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            pids = [int(pid) for pid in process.stdout.readline().split()]
            children = psutil.Process(process.pid).children()
            assert pids
            assert len(children) > len(pids)
        finally:
            process.kill()
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert gone
    assert not alive
