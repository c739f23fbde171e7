"""What one request did, as one event or several: a request may add many members to a group."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.workspace.audit.actions import Action
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.routing import Call

_MEMBER = re.compile(r"members\[\s*value\s+eq\s+\"(?P<id>[^\"]*)\"\s*\]", re.IGNORECASE)
_MEMBERSHIP = {"add": "addPrincipalToGroup", "remove": "removePrincipalFromGroup"}
# Whose permissions have an action of their own; those of the workspace's tree have one together.
_ACLS = {
    "jobs": ("jobs", "changeJobAcl"),
    "serving-endpoints": ("serverlessRealTimeInference", "changeInferenceEndpointAcl"),
    "warehouses": ("databrickssql", "changeWarehouseAcls"),
    "cluster-policies": ("clusterPolicies", "changeClusterPolicyAcl"),
}
_TREE = {"dashboards": "dashboardsv3"}  # as the tree calls what the API calls otherwise


@dataclass(frozen=True)
class Told:
    """One thing that was done, or tried."""

    service: str
    action: str
    parameters: Mapping[str, str]


def tell(action: Action, call: Call, answer: Mapping[str, Any]) -> list[Told]:
    """What a request of an action did; `answer` is empty where it was refused."""
    fields = {**answer, **_asked(call)}
    special = _SPECIAL.get((call.method, action.name))
    return list(special(action, fields)) if special else [_plain(action, fields)]


def _asked(call: Call) -> dict[str, Any]:
    try:
        return {**call.arguments(), **call.path}
    except InvalidParameterError:  # no JSON: the request was refused for that
        return {**call.query, **call.path}


def _plain(action: Action, fields: Mapping[str, Any]) -> Told:
    parameters = {}
    for kept in action.kept:
        told, _, name = kept.partition("=")
        if (value := fields.get(name or told)) is not None:
            parameters[told] = write(value)
    return Told(action.service, action.name, parameters)


def write(value: Any) -> str:
    """A parameter's value: texts as they are, others as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _memberships(action: Action, fields: Mapping[str, Any]) -> Iterator[Told]:
    """Members that come and go are events of their own; whatever else is asked for is one together."""
    operations, others = _objects(fields.get("Operations")), False
    for operation in operations:
        name, members = _MEMBERSHIP.get(str(operation.get("op")).lower()), list(_members(operation))
        others = others or name is None or not members
        for member in members if name else ():
            parameters = {"targetGroupId": str(fields["id"]), "targetUserId": member}
            yield Told(action.service, str(name), parameters)
    if others or not operations:
        yield _plain(action, fields)


def _members(operation: Mapping[str, Any]) -> Iterator[str]:
    path, value = str(operation.get("path") or ""), operation.get("value")
    if match := _MEMBER.fullmatch(path):
        yield match["id"]
    elif path == "members" or not path:
        listed = value.get("members") if isinstance(value, dict) and not path else value
        for member in _objects(listed):
            yield str(member.get("value"))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _acl(action: Action, fields: Mapping[str, Any]) -> Iterator[Told]:
    kind, told = str(fields.get("sql_type") or fields.get("type")), _plain(action, fields)
    if kind in _ACLS:
        yield Told(*_ACLS[kind], told.parameters)
    else:
        name = f"{_TREE.get(kind, kind)}/{fields['object_id']}"
        yield Told(told.service, told.action, {**told.parameters, "aclChangeResourceName": name})


_Special = Callable[[Action, Mapping[str, Any]], Iterator[Told]]
_SPECIAL: dict[tuple[str, str], _Special] = {
    ("PATCH", "updateGroup"): _memberships,
    ("PUT", "changeWorkspaceAcl"): _acl,
    ("PATCH", "changeWorkspaceAcl"): _acl,
}
