"""Requests with something wrong in them: refused in one line, never a failure of the server's."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from databricks.sdk.service.sql import AlertV2

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Workspace

_WRONG: tuple[Any, ...] = (
    None,
    7,
    -1,
    1.5,
    True,
    "",
    "é\x00",
    "x" * 300,
    [],
    [7],
    [[]],
    [None],
    {},
    {"a": []},
)


class Request(NamedTuple):
    """A request that is right but for the placeholders in it."""

    site: str
    method: str
    path: str
    body: dict[str, Any]


_ACCOUNT = "/api/2.0/accounts/{account}"
_SECRETS = "/api/2.0/secrets"
_ROBOT = {"displayName": "s", "applicationId": "a"}
_OBJECT = "/api/2.0/permissions/directories/0"
_SCOPE = {"scope": "s", "initial_manage_principal": "users"}
_ENTRY = {"group_name": "users", "permission_level": "CAN_READ"}
_RULES = [{"role": "roles/servicePrincipal.user", "principals": ["groups/account users"]}]
_USER = {
    "userName": "a@example.com",
    "displayName": "a",
    "active": True,
    "externalId": "1",
    "roles": [{"value": "account_admin"}],
    "emails": [{"value": "a@example.com"}],
    "name": {"givenName": "a"},
}
_GROUP = {"displayName": "g", "members": [{"value": "1"}], "externalId": "1"}
_PATCH = {"Operations": [{"op": "add", "path": "members", "value": [{"value": "1"}]}]}
_DESTINATIONS = "/api/2.0/notification-destinations"
_WEBHOOK = {"url": "https://127.0.0.1/hook", "username": "u", "password": "p"}
_ALERT = {
    "display_name": "spoilt",
    "query_text": "SELECT :x AS value",
    "warehouse_id": "{warehouse}",
    "parent_path": "/Shared",
    "custom_summary": "{{ALERT_NAME}}",
    "run_as": {"service_principal_name": "x"},
    "parameters": [{"name": "x", "value": "1", "type": "INT"}],
    "schedule": {"quartz_cron_schedule": "0 0 5 * * ?", "timezone_id": "UTC", "pause_status": "PAUSED"},
    "evaluation": {
        "source": {"name": "value", "aggregation": "MAX"},
        "comparison_operator": "GREATER_THAN",
        "threshold": {"value": {"double_value": 1}},
        "empty_result_state": "OK",
        "notification": {
            "retrigger_seconds": 60,
            "notify_on_ok": True,
            "subscriptions": [{"user_email": "a@example.com"}],
        },
    },
}
_COSTS = "/api/2.1/accounts/{account}"
_POLICY = {
    "policy_name": "p",
    "custom_tags": [{"key": "a", "value": "b"}],
    "binding_workspace_ids": ["{workspace}"],
}
_BUDGET = {
    "display_name": "b",
    "alert_configurations": [
        {
            "time_period": "MONTH",
            "trigger_type": "CUMULATIVE_SPENDING_EXCEEDED",
            "quantity_type": "LIST_PRICE_DOLLARS_USD",
            "quantity_threshold": "1",
            "action_configurations": [{"action_type": "EMAIL_NOTIFICATION", "target": "a@example.com"}],
        }
    ],
    "filter": {
        "workspace_id": {"operator": "IN", "values": [1]},
        "tags": [{"key": "a", "value": {"operator": "IN", "values": ["b"]}}],
    },
}
_JOB = {
    "name": "spoilt",
    "health": {"rules": [{"metric": "RUN_DURATION_SECONDS", "op": "GREATER_THAN", "value": 60}]},
    "budget_policy_id": "x",
    "email_notifications": {"on_failure": ["a@example.com"], "no_alert_for_skipped_runs": True},
    "webhook_notifications": {"on_failure": [{"id": "x"}]},
    "notification_settings": {"no_alert_for_canceled_runs": True},
    "schedule": {"quartz_cron_expression": "0 0 5 * * ?", "timezone_id": "UTC", "pause_status": "PAUSED"},
    "tasks": [
        {"task_key": "a", "condition_task": {"left": "1", "op": "EQUAL_TO", "right": "1"}},
        {
            "task_key": "b",
            "run_job_task": {"job_id": 7, "job_parameters": {"a": "b"}},
            "depends_on": [{"task_key": "a", "outcome": "true"}],
        },
    ],
}
_REQUESTS = (
    Request("account", "POST", "/local/clock", {"forward_seconds": 1}),
    Request("account", "POST", "/local/clock", {"to": 1e12}),
    Request(
        "workspace", "POST", _DESTINATIONS, {"display_name": "d", "config": {"generic_webhook": _WEBHOOK}}
    ),
    Request(
        "workspace",
        "POST",
        _DESTINATIONS,
        {"display_name": "d", "config": {"email": {"addresses": ["a@example.com"]}}},
    ),
    Request("workspace", "PATCH", "/api/2.0/alerts/{alert}?update_mask=*", _ALERT),
    Request("workspace", "POST", "/api/2.2/jobs/create", _JOB),
    Request("account", "POST", f"{_COSTS}/budget-policies", {"policy": _POLICY}),
    Request("account", "POST", f"{_COSTS}/budgets", {"budget": _BUDGET}),
    Request(
        "workspace",
        "POST",
        "/api/2.0/policies/clusters/create",
        {"name": "p", "definition": "[]", "max_clusters_per_user": 1, "description": "d"},
    ),
    Request("account", "POST", f"{_ACCOUNT}/workspaces", {"workspace_name": "w", "custom_tags": {"a": "b"}}),
    Request("account", "PATCH", f"{_ACCOUNT}/workspaces/{{workspace}}", {"custom_tags": {"a": "b"}}),
    Request(
        "account",
        "PUT",
        f"{_ACCOUNT}/workspaces/{{workspace}}/permissionassignments/principals/{{principal}}",
        {"permissions": ["ADMIN"]},
    ),
    Request("account", "POST", f"{_ACCOUNT}/metastores", {"metastore_info": {"name": "m", "region": "r"}}),
    Request("account", "PUT", f"{_ACCOUNT}/metastores/{{metastore}}", {"metastore_info": {"owner": "o"}}),
    Request(
        "account",
        "POST",
        f"{_ACCOUNT}/workspaces/{{workspace}}/metastores/{{metastore}}",
        {"metastore_assignment": {"default_catalog_name": "c"}},
    ),
    Request(
        "account",
        "PUT",
        "/api/2.0/preview/accounts/{account}/access-control/rule-sets",
        {"name": "{rules}", "rule_set": {"etag": "{etag}", "grant_rules": _RULES}},
    ),
    Request(
        "account",
        "POST",
        f"{_ACCOUNT}/servicePrincipals/{{principal}}/credentials/secrets",
        {"lifetime": "60s", "scopes": ["all-apis"]},
    ),
    Request("account", "POST", f"{_ACCOUNT}/scim/v2/Users", _USER),
    Request("account", "POST", f"{_ACCOUNT}/scim/v2/Groups", _GROUP),
    Request(
        "account", "POST", f"{_ACCOUNT}/scim/v2/ServicePrincipals", {"displayName": "s", "applicationId": "a"}
    ),
    Request("account", "PUT", f"{_ACCOUNT}/scim/v2/Groups/{{group}}", _GROUP),
    Request("account", "PATCH", f"{_ACCOUNT}/scim/v2/Groups/{{group}}", _PATCH),
    Request("workspace", "POST", "/api/2.0/preview/scim/v2/Users", {"userName": "b@example.com"}),
    Request(
        "workspace",
        "POST",
        "/api/2.0/preview/scim/v2/Groups",
        {**_GROUP, "entitlements": [{"value": "workspace-access"}]},
    ),
    Request("workspace", "PATCH", "/api/2.0/preview/scim/v2/Groups/{group}", _PATCH),
    Request("workspace", "PUT", _OBJECT, {"access_control_list": [_ENTRY]}),
    Request("workspace", "PATCH", _OBJECT, {"access_control_list": [_ENTRY]}),
    Request(
        "workspace",
        "POST",
        f"{_SECRETS}/scopes/create",
        _SCOPE,
    ),
    Request("workspace", "POST", f"{_SECRETS}/put", {"scope": "kept", "key": "k", "string_value": "v"}),
    Request("workspace", "POST", f"{_SECRETS}/put", {"scope": "kept", "key": "k", "bytes_value": "eA=="}),
    Request(
        "workspace",
        "POST",
        f"{_SECRETS}/acls/put",
        {"scope": "kept", "principal": "users", "permission": "READ"},
    ),
    Request("workspace", "POST", "/api/2.0/workspace/mkdirs", {"path": "/Shared/d"}),
    Request(
        "workspace",
        "POST",
        "/api/2.0/workspace/import",
        {"path": "/Shared/f", "content": "eA==", "format": "AUTO", "overwrite": True},
    ),
    Request("workspace", "POST", "/api/2.0/workspace/delete", {"path": "/Shared/none", "recursive": True}),
)


def _spoilt(value: Any) -> Iterator[Any]:
    """The value with one part of it at a time replaced by each wrong value, or left out."""
    yield from _WRONG
    if isinstance(value, dict):
        for key in value:
            yield {other: value[other] for other in value if other != key}
            for wrong in _spoilt(value[key]):
                yield {**value, key: wrong}
    if isinstance(value, list):
        for number, item in enumerate(value):
            for wrong in _spoilt(item):
                changed = copy.deepcopy(value)
                changed[number] = wrong
                yield changed


@pytest.fixture(scope="module")
def placeholders(local_account: LocalAccount, workspace: Workspace) -> dict[str, str]:
    """What the requests' placeholders stand for."""
    robot = workspace.add_service_principal().principal
    workspace.client.secrets.create_scope("kept")
    token = local_account.tokens.issue(_first(local_account), None, lifetime_seconds=None)
    metastore = httpx.post(
        f"{local_account.host}/api/2.0/accounts/{local_account.account_id}/metastores",
        headers={"Authorization": f"Bearer {token}"},
        json={"metastore_info": {"name": "kept"}},
    ).json()["metastore_info"]["metastore_id"]
    warehouse = workspace.client.warehouses.create(name="kept", cluster_size="2X-Small").result().id or ""
    fixed = {name: value for name, value in _ALERT.items() if name != "run_as"}
    alert = AlertV2.from_dict({**fixed, "display_name": "kept", "warehouse_id": warehouse})
    return {
        "warehouse": warehouse,
        "alert": workspace.client.alerts_v2.create_alert(alert).id or "",
        "account": local_account.account_id,
        "workspace": str(workspace.id),
        "principal": robot.id,
        "group": workspace.add_group().id,
        "metastore": metastore,
        "rules": f"accounts/{local_account.account_id}/servicePrincipals/{robot.name}/ruleSets/default",
        "etag": "0",
    }


def _first(local_account: LocalAccount) -> str:
    return str(local_account.directory.all("service_principal")[0]["id"])


def _filled(value: Any, placeholders: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, placeholders) for key, each in value.items()}
    if isinstance(value, str) and value.startswith("{"):
        return value.format(**placeholders)
    return value


@pytest.mark.slow
@pytest.mark.parametrize("request_", _REQUESTS, ids=lambda r: f"{r.method} {r.path.rpartition('/')[2]}")
def test_a_spoilt_request_is_answered_in_one_line(
    local_account: LocalAccount, workspace: Workspace, placeholders: dict[str, str], request_: Request
) -> None:
    """Whatever one part of the body is replaced with, the answer is a success or a refusal with a message."""
    site, method, path, body = request_
    host, workspace_id = (local_account.host, None) if site == "account" else (workspace.url, workspace.id)
    token = local_account.tokens.issue(_first(local_account), workspace_id, lifetime_seconds=None)
    url = f"{host}{path.format(**placeholders)}"
    wrong: dict[str, object] = {}
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        for spoilt in _spoilt(_filled(body, placeholders)):
            answer = client.request(method, url, json=spoilt)
            if answer.status_code >= 500 and answer.status_code != 501:
                wrong[str(spoilt)[:200]] = answer.json()
            elif answer.status_code >= 400:
                assert "\n" not in answer.json()["message"]
    assert wrong == {}
