"""Events as an auditor finds them, with SQL on a warehouse."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from databricks.sdk import WorkspaceClient
from databricks.sdk.service import jobs

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.catalog.granting import (
    enable_system_schema,
    grant,
    grant_create_catalog,
    metastore_admin,
)
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse
from tests.infra.local.workspace.sql.warehouse import Warehouse

DEPLOYER, AUDITOR, STRANGER = "deployer", "alice@example.com", "bob@example.com"
_PATIENCE_SECONDS = 20
_POLL_SECONDS = 0.2
_COLUMNS = {
    "user_identity.email": "who",
    "service_name": "service",
    "action_name": "action",
    "request_params": "params",
    "response": "response",
    "event_time": "at",
    "workspace_id": "workspace",
    "audit_level": "level",
    "source_ip_address": "address",
}


class Changes:
    """The deployer may do everything; the auditor may select from `system.access`; the stranger nothing."""

    def __init__(self, account: LocalAccount) -> None:
        self.house = Lakehouse(account)
        self.started = datetime.now(UTC)
        grant_create_catalog(self.house, DEPLOYER)
        made = self.client(DEPLOYER).warehouses.create(
            name="readers", cluster_size="2X-Small", max_num_clusters=1
        )
        self._warehouse_id = made.result().id or ""
        for reader in (AUDITOR, STRANGER):
            self.warehouse(DEPLOYER).permit(reader, "CAN_USE")
        with metastore_admin(self.house) as admin:
            enable_system_schema(admin, self.house.metastore_id, "access")
            grant(admin, "catalog", "system", AUDITOR, "USE_CATALOG")
            grant(admin, "schema", "system.access", AUDITOR, "USE_SCHEMA", "SELECT")

    def client(self, who: str) -> WorkspaceClient:
        """Somebody's client of the workspace."""
        return self.house.client(who)

    def warehouse(self, who: str) -> Warehouse:
        """The warehouse, as somebody uses it."""
        return Warehouse(self.client(who), self._warehouse_id)

    def rows(self, where: str = "true") -> list[dict[str, Any]]:
        """The events so far of which something is true: who, what, parameters and answer."""
        columns = ", ".join(_COLUMNS)
        rows = self.warehouse(AUDITOR).rows(
            f"SELECT {columns} FROM system.access.audit WHERE {where} ORDER BY event_time"
        )
        return [_event(dict(zip(_COLUMNS.values(), row, strict=True))) for row in rows]

    def wait(self, where: str, count: int = 1) -> list[dict[str, Any]]:
        """The events of which something is true, once there are so many."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while len(found := self.rows(where)) < count and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        assert len(found) >= count, f"{len(found)} events where {where}"
        return found


def condition(key: str) -> jobs.Task:
    """A job's task that needs neither code nor compute."""
    equal = jobs.ConditionTask(op=jobs.ConditionTaskOp.EQUAL_TO, left="1", right="1")
    return jobs.Task(task_key=key, condition_task=equal)


def _event(found: dict[str, str]) -> dict[str, Any]:
    return {
        **found,
        "action": f"{found['service']} {found['action']}",
        "params": json.loads(found["params"]),
        "response": json.loads(found["response"]),
        "at": datetime.fromisoformat(found["at"]),
    }
