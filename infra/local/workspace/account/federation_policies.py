"""Federation policies: which workloads elsewhere may be a service principal, without a secret of it."""

from __future__ import annotations

import uuid

from infra.local.workspace.errors import AlreadyExistsError, InvalidParameterError, NotFoundError
from infra.local.workspace.fields import read_text
from infra.local.workspace.identity.authority import require_account_admin
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Document, Store

_OIDC = ("audiences", "issuer", "jwks_json", "jwks_uri", "subject", "subject_claim")


class FederationPolicies:
    """Policies by service principal and policy id. Kept and told; no token is exchanged locally."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._policies = store.collection("federation_policies")
        self._directory = directory

    def create(self, caller: Caller, principal_id: str, fields: Document, policy_id: str | None) -> Document:
        """A new policy, called as it is asked to be or by an id of its own."""
        self._require(caller, principal_id)
        policy = {**_read(fields), "policy_id": policy_id or str(uuid.uuid4())}
        if self._policies.get(_key(principal_id, policy["policy_id"])):
            raise AlreadyExistsError(f"Federation policy {policy['policy_id']} exists already.")
        return self._policies.insert(_key(principal_id, policy["policy_id"]), policy)

    def get(self, caller: Caller, principal_id: str, policy_id: str) -> Document:
        """One policy of a service principal."""
        self._require(caller, principal_id)
        policy = self._policies.get(_key(principal_id, policy_id))
        if policy is None:
            raise NotFoundError(f"Federation policy {policy_id} does not exist.")
        return policy

    def all(self, caller: Caller, principal_id: str) -> list[Document]:
        """A service principal's policies."""
        self._require(caller, principal_id)
        return self._policies.all(_key(principal_id, ""))

    def update(self, caller: Caller, principal_id: str, policy_id: str, fields: Document) -> Document:
        """A policy with other fields, all of which are given."""
        self.get(caller, principal_id, policy_id)
        return self._policies.put(_key(principal_id, policy_id), {**_read(fields), "policy_id": policy_id})

    def delete(self, caller: Caller, principal_id: str, policy_id: str) -> None:
        """Let the workloads be somebody else again."""
        self.get(caller, principal_id, policy_id)
        self._policies.delete(_key(principal_id, policy_id))

    def _require(self, caller: Caller, principal_id: str) -> None:
        require_account_admin(caller)
        self._directory.get(principal_id, "service_principal")


def _key(principal_id: str, policy_id: str) -> str:
    return f"{principal_id}/{policy_id}"


def _read(fields: Document) -> Document:
    oidc = fields.get("oidc_policy")
    if not isinstance(oidc, dict):
        raise InvalidParameterError("Missing required field: oidc_policy")
    read_text(oidc, "issuer")
    if not str(oidc["issuer"]).startswith("https://"):
        raise InvalidParameterError("issuer must be a URL of https.")
    kept = {name: oidc[name] for name in _OIDC if oidc.get(name)}
    return {"description": fields.get("description") or "", "oidc_policy": kept}
