"""databricks_cluster_policy: what classic compute may be."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, NotServedError, Resource
from infra.local.provider.resources.mapping import decode, encode

_POLICIES = "/api/2.0/policies/clusters"
_SENT = frozenset({"definition", "description", "libraries", "max_clusters_per_user", "name"})


class ClusterPolicy(Resource):
    """A cluster policy with a definition of its own."""

    type_name = "databricks_cluster_policy"

    def check(self, config: Element) -> None:
        if config["policy_family_id"] or config["policy_family_definition_overrides"]:
            message = "policy families of databricks_cluster_policy are not served: write the definition"
            raise NotServedError(message)

    def create(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT)
        return str(call.api.post(f"{_POLICIES}/create", body)["policy_id"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(f"{_POLICIES}/get", policy_id=call.id)
        return None if answer is None else decode(call.block, answer)

    def update(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT) | {"policy_id": call.id}
        call.api.post(f"{_POLICIES}/edit", body)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.post(f"{_POLICIES}/delete", {"policy_id": call.id})


RESOURCES: tuple[Resource, ...] = (ClusterPolicy(),)
