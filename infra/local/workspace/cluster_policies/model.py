"""Cluster policies of all workspaces: kept by admins, seen by who may use them."""

from __future__ import annotations

import secrets
import time

from infra.local.workspace.cluster_policies.definition import check_definition
from infra.local.workspace.errors import InvalidParameterError, NotFoundError, NotServedError
from infra.local.workspace.fields import read_text
from infra.local.workspace.identity.authority import require_workspace_admin
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.store import Document, Store

TYPE, USE = "cluster-policies", "CAN_USE"
_LONGEST_NAME = 100
_UNSERVED = ("libraries", "policy_family_id", "policy_family_definition_overrides")


class ClusterPolicies:
    """Policies keyed by workspace and id."""

    def __init__(self, store: Store, permissions: Permissions) -> None:
        self._store = store
        self._policies = store.collection("cluster_policies")
        self._permissions = permissions

    def create(self, caller: Caller, workspace_id: int, fields: Document) -> Document:
        """A new policy, which nobody but admins may use yet."""
        require_workspace_admin(caller)
        policy = {
            **_read(fields),
            "policy_id": secrets.token_hex(8).upper(),
            "creator_user_name": caller.name,
            "created_at_timestamp": int(time.time() * 1000),
            "is_default": False,
        }
        with self._store.transaction():
            self._refuse_taken(workspace_id, policy)
            self._permissions.found(workspace_id, TYPE, policy["policy_id"], parent=None)
            return self._policies.insert(_key(workspace_id, policy["policy_id"]), policy)

    def get(self, caller: Caller, workspace_id: int, policy_id: str) -> Document:
        """A policy, for who may use it."""
        self._permissions.require(caller, workspace_id, TYPE, policy_id, USE)
        return self._existing(workspace_id, policy_id)

    def all(self, caller: Caller, workspace_id: int) -> list[Document]:
        """The policies that the caller may use, in the order of their names."""
        usable = [
            policy
            for policy in self._policies.all(f"{workspace_id}/")
            if self._permissions.allows(caller, workspace_id, TYPE, policy["policy_id"], USE)
        ]
        return sorted(usable, key=lambda policy: str(policy["name"]))

    def edit(self, caller: Caller, workspace_id: int, policy_id: str, fields: Document) -> None:
        """Put other settings in the place of a policy's."""
        require_workspace_admin(caller)
        with self._store.transaction():
            before = self._existing(workspace_id, policy_id)
            kept = ("policy_id", "creator_user_name", "created_at_timestamp", "is_default")
            policy = {**_read(fields), **{name: before[name] for name in kept}}
            self._refuse_taken(workspace_id, policy)
            self._policies.put(_key(workspace_id, policy_id), policy)

    def delete(self, caller: Caller, workspace_id: int, policy_id: str) -> None:
        """Remove a policy."""
        require_workspace_admin(caller)
        with self._store.transaction():
            self._existing(workspace_id, policy_id)
            self._policies.delete(_key(workspace_id, policy_id))
            self._permissions.forget(workspace_id, TYPE, policy_id)

    def _existing(self, workspace_id: int, policy_id: str) -> Document:
        policy = self._policies.get(_key(workspace_id, policy_id))
        if policy is None:
            raise NotFoundError(f"Cluster policy {policy_id} does not exist.")
        return policy

    def _refuse_taken(self, workspace_id: int, policy: Document) -> None:
        for other in self._policies.all(f"{workspace_id}/"):
            if other["name"] == policy["name"] and other["policy_id"] != policy["policy_id"]:
                raise InvalidParameterError(f"A cluster policy {policy['name']} exists already.")


def _read(fields: Document) -> Document:
    for name in _UNSERVED:
        if fields.get(name):
            raise NotServedError(f"{name} of cluster policies is not served locally.")
    name, definition = read_text(fields, "name"), read_text(fields, "definition")
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidParameterError(f"A cluster policy's name has 1 to {_LONGEST_NAME} characters.")
    check_definition(definition)
    policy: Document = {"name": name, "definition": definition}
    if description := read_text(fields, "description"):
        policy["description"] = description
    most = fields.get("max_clusters_per_user")
    if most is not None:
        if not isinstance(most, int) or most < 1:
            raise InvalidParameterError("max_clusters_per_user must be a whole number from 1.")
        policy["max_clusters_per_user"] = most
    return policy


def _key(workspace_id: int, policy_id: str) -> str:
    return f"{workspace_id}/{policy_id}"
