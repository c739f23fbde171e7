"""databricks_mws_workspaces: the account's workspaces."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

import time

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, NotServedError, Resource
from infra.local.provider.resources.mapping import changed, decode, encode
from infra.local.provider.resources.timeouts import deadline_seconds

_PROVISIONING_SECONDS = 20 * 60


class Workspace(Resource):
    """A workspace; waits until it runs. Its `token` block is not served."""

    type_name = "databricks_mws_workspaces"
    _read_only = frozenset(
        {
            "id",
            "creation_time",
            "effective_compute_mode",
            "gcp_workspace_sa",
            "timeouts",
            "token",
            "workspace_id",
            "workspace_status",
            "workspace_status_message",
            "workspace_url",
        }
    )
    _updated = frozenset(
        {
            "credentials_id",
            "custom_tags",
            "expected_workspace_status",
            "managed_services_customer_managed_key_id",
            "network_id",
            "private_access_settings_id",
            "storage_customer_managed_key_id",
        }
    )

    def check(self, config: Element) -> None:
        if config["token"]:
            message = (
                "the token block of databricks_mws_workspaces is not served: use a service principal's secret"
            )
            raise NotServedError(message)

    def create(self, call: Call) -> str:
        names = call.values.keys() - self._read_only
        account_id = str(call.values["account_id"])
        answer = call.api.post(_workspaces(account_id), encode(call.block, call.values, only=names))
        return f"{account_id}/{answer['workspace_id']}"

    def finish(self, call: Call) -> None:
        self._wait(call)

    def read(self, call: Call) -> Element | None:
        account_id, workspace_id = call.id.split("/", 1)
        answer = call.api.find(f"{_workspaces(account_id)}/{segment(workspace_id)}")
        if answer is None:
            return None
        values = decode(call.block, answer)
        values |= {"account_id": account_id, "compute_mode": call.values.get("compute_mode")}
        values["effective_compute_mode"] = answer.get("compute_mode")
        return values

    def update(self, call: Call) -> str:
        account_id, workspace_id = call.id.split("/", 1)
        if changed(call.before, call.values, but={"timeouts"}):
            body = encode(call.block, call.values, only=self._updated)
            call.api.call("PATCH", f"{_workspaces(account_id)}/{segment(workspace_id)}", body=body)
            self._wait(call)
        return call.id

    def delete(self, call: Call) -> None:
        account_id, workspace_id = call.id.split("/", 1)
        path = f"{_workspaces(account_id)}/{segment(workspace_id)}"
        call.api.call("DELETE", path)
        deadline = time.monotonic() + _PROVISIONING_SECONDS
        while call.api.find(path) is not None:
            if time.monotonic() > deadline:
                message = (
                    f"workspace {workspace_id} is still there {_PROVISIONING_SECONDS} s after its deletion"
                )
                raise DatabricksError(message)
            time.sleep(1)

    def _wait(self, call: Call) -> None:
        account_id, workspace_id = call.id.split("/", 1)
        expected = call.values.get("expected_workspace_status") or "RUNNING"
        deadline = time.monotonic() + deadline_seconds(call.values, "create", _PROVISIONING_SECONDS)
        while True:
            workspace = call.api.get(f"{_workspaces(account_id)}/{segment(workspace_id)}")
            status, message = workspace.get("workspace_status"), workspace.get("workspace_status_message", "")
            if status == expected:
                return
            if status in ("CANCELLED", "FAILED") or time.monotonic() > deadline:
                raise DatabricksError(message or f"workspace {workspace_id} is {status}", error_code=status)
            time.sleep(1)


def _workspaces(account_id: str) -> str:
    return f"/api/2.0/accounts/{segment(account_id)}/workspaces"


RESOURCES: tuple[Resource, ...] = (Workspace(),)
