"""Federation policies of service principals, at the account."""

from __future__ import annotations

from infra.local.workspace.account.federation_policies import FederationPolicies
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/accounts/{account_id}/servicePrincipals/{principal_id}/federationPolicies"


def federation_routes(policies: FederationPolicies) -> list[Route]:
    """Create, list, get, update, delete."""

    def create(call: Call) -> Document:
        policy_id = call.query.get("policy_id")
        return policies.create(call.caller, call.path["principal_id"], call.json(), policy_id)

    def list_all(call: Call) -> Document:
        return {"policies": policies.all(call.caller, call.path["principal_id"])}

    def get(call: Call) -> Document:
        return policies.get(call.caller, call.path["principal_id"], call.path["policy_id"])

    def update(call: Call) -> Document:
        return policies.update(call.caller, call.path["principal_id"], call.path["policy_id"], call.json())

    def delete(call: Call) -> None:
        policies.delete(call.caller, call.path["principal_id"], call.path["policy_id"])

    one = f"{_ROOT}/{{policy_id}}"
    return [
        Route("POST", _ROOT, create, "account"),
        Route("GET", _ROOT, list_all, "account"),
        Route("GET", one, get, "account"),
        Route("PATCH", one, update, "account"),
        Route("DELETE", one, delete, "account"),
    ]
