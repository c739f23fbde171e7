"""What single requests are told as."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.workspace.audit.actions import ACTIONS
from infra.local.workspace.audit.requests import tell
from infra.local.workspace.identity.caller import Caller, Principal
from infra.local.workspace.routing import Call

_GROUP = "/api/2.0/accounts/{account_id}/scim/v2/Groups/{id}"
_ACL = "/api/2.0/permissions/{type}/{object_id}"


def _told(method: str, route: str, body: object, **path: str) -> list[tuple[str, str, dict[str, str]]]:
    caller = Caller(Principal("1", "user", "ann@example.com", "Ann"), frozenset())
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    call = Call(caller, method, route, path, {}, "", {}, raw, "http://127.0.0.1", None)
    told = tell(ACTIONS[method, route], call, {})
    return [(each.service, each.action, dict(each.parameters)) for each in told]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ({"op": "add", "path": "members", "value": [{"value": "7"}]}, "addPrincipalToGroup"),
        ({"op": "add", "value": {"members": [{"value": "7"}]}}, "addPrincipalToGroup"),
        ({"op": "remove", "path": 'members[value eq "7"]'}, "removePrincipalFromGroup"),
    ],
)
def test_a_member_s_coming_and_going_is_an_event_of_its_own(operation: Any, action: str) -> None:
    """However the request writes it."""
    told = _told("PATCH", _GROUP, {"Operations": [operation]}, account_id="a", id="3")
    assert told == [("accounts", action, {"targetGroupId": "3", "targetUserId": "7"})]


def test_other_changes_of_a_group_are_one_event_beside_its_members() -> None:
    """Two members and a name are three events."""
    members = {"op": "add", "path": "members", "value": [{"value": "7"}, {"value": "8"}]}
    name = {"op": "replace", "path": "displayName", "value": "new"}
    told = _told("PATCH", _GROUP, {"Operations": [members, name]}, account_id="a", id="3")
    actions = [action for _, action, _ in told]
    assert actions == ["addPrincipalToGroup", "addPrincipalToGroup", "updateGroup"]


@pytest.mark.parametrize(
    ("kind", "service", "action", "name"),
    [
        ("jobs", "jobs", "changeJobAcl", None),
        ("warehouses", "databrickssql", "changeWarehouseAcls", None),
        ("serving-endpoints", "serverlessRealTimeInference", "changeInferenceEndpointAcl", None),
        ("alertsv2", "workspace", "changeWorkspaceAcl", "alertsv2/12"),
        ("dashboards", "workspace", "changeWorkspaceAcl", "dashboardsv3/12"),
    ],
)
def test_permissions_are_changed_by_their_kind_s_own_action(
    kind: str, service: str, action: str, name: str | None
) -> None:
    """What lies in the workspace's tree is named with its kind."""
    entry = {"user_name": "bob@example.com", "permission_level": "CAN_VIEW"}
    ((told_service, told_action, parameters),) = _told(
        "PUT", _ACL, {"access_control_list": [entry]}, type=kind, object_id="12"
    )
    assert (told_service, told_action) == (service, action)
    assert parameters["resourceId"] == "12"
    assert parameters.get("aclChangeResourceName") == name
    assert json.loads(parameters["access_control_list"]) == [entry]


@pytest.mark.parametrize(
    "body", [b"no JSON", b"[1]", b'{"Operations": "all"}', b'{"Operations": [1, {"op": 2}]}']
)
def test_a_request_that_cannot_be_read_is_told_as_what_it_was_for(body: bytes) -> None:
    """It is refused, and the refusal is an event."""
    assert _told("PATCH", _GROUP, body, account_id="a", id="3")[-1][1] == "updateGroup"
