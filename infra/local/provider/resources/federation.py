"""databricks_service_principal_federation_policy: workloads that may be a service principal."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from infra.local.provider.client import segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.resources.mapping import decode, encode

_SENT = {"description", "oidc_policy"}


class FederationPolicy(Resource):
    """A policy of a service principal, imported as `<service principal>,<policy>`."""

    type_name = "databricks_service_principal_federation_policy"

    def create(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT)
        query = {"policy_id": call.values["policy_id"]} if call.values["policy_id"] else {}
        answer = call.api.call("POST", _root(call), body=body, query=query)
        return str(answer["policy_id"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(f"{_root(call)}/{segment(call.id)}")
        if answer is None:
            return None
        return {**decode(call.block, answer), "service_principal_id": call.values["service_principal_id"]}

    def update(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT)
        call.api.call("PATCH", f"{_root(call)}/{segment(call.id)}", body=body)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", f"{_root(call)}/{segment(call.id)}")

    def import_state(self, id_: str) -> Element:
        principal, comma, policy = id_.partition(",")
        if not (comma and principal.isdecimal()):
            message = f"{id_} is not of the form service_principal_id,policy_id"
            raise InvalidError(message)
        return {"service_principal_id": int(principal), "policy_id": policy}


def _root(call: Call) -> str:
    principal = call.values["service_principal_id"]
    return f"/api/2.0/accounts/{call.api.account_id}/servicePrincipals/{principal}/federationPolicies"


RESOURCES: tuple[Resource, ...] = (FederationPolicy(),)
