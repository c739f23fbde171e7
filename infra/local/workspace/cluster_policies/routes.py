"""The Cluster Policies API."""

from __future__ import annotations

from infra.local.workspace.cluster_policies.model import ClusterPolicies
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/policies/clusters"


def routes(policies: ClusterPolicies) -> list[Route]:
    """Create, get, list, edit, delete."""

    def create(call: Call) -> Document:
        return {"policy_id": policies.create(call.caller, call.workspace, call.json())["policy_id"]}

    def get(call: Call) -> Document:
        return policies.get(call.caller, call.workspace, str(call.require("policy_id")))

    def list_all(call: Call) -> Document:
        return {"policies": policies.all(call.caller, call.workspace)}

    def edit(call: Call) -> None:
        policies.edit(call.caller, call.workspace, str(call.require("policy_id")), call.json())

    def delete(call: Call) -> None:
        policies.delete(call.caller, call.workspace, str(call.require("policy_id")))

    return [
        Route("POST", f"{_ROOT}/create", create),
        Route("GET", f"{_ROOT}/get", get),
        Route("GET", f"{_ROOT}/list", list_all),
        Route("POST", f"{_ROOT}/edit", edit),
        Route("POST", f"{_ROOT}/delete", delete),
    ]
