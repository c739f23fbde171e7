"""Budget policies: tags that serverless compute is billed with, and who may have it billed so."""

from __future__ import annotations

import uuid

from infra.local.workspace.account.rule_sets import BUDGET_POLICY, Resource, RuleSets
from infra.local.workspace.errors import (
    AlreadyExistsError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)
from infra.local.workspace.fields import read_objects, read_text
from infra.local.workspace.identity.authority import require_account_admin
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, Store

_MOST_TAGS = 20
_OWN_TAGS = {"budget-policy-name", "budget-policy-id", "budget-policy-resolution-result"}
_OWN_NAMES = "databricks:"


class BudgetPolicies:
    """Policies keyed by their ids. Nothing is billed locally: what they decide is whose job may name one."""

    def __init__(self, store: Store, rule_sets: RuleSets) -> None:
        self._store = store
        self._policies = store.collection("budget_policies")
        self._workspaces = store.collection("workspaces")
        self._rule_sets = rule_sets

    def create(self, caller: Caller, fields: Document) -> Document:
        """A new policy, managed by its creator."""
        require_account_admin(caller)
        policy = {**self._read(fields), "policy_id": str(uuid.uuid4())}
        with self._store.transaction():
            self._refuse_taken(policy)
            self._policies.insert(policy["policy_id"], policy)
            self._rule_sets.start(caller, _resource(policy["policy_id"]))
        return policy

    def get(self, caller: Caller, policy_id: str) -> Document:
        """A policy, for who may use or manage it."""
        if not self._may(caller, policy_id, BUDGET_POLICY.user, BUDGET_POLICY.manager):
            raise PermissionDeniedError(f"{caller.name} may not see budget policy {policy_id}.")
        return self._existing(policy_id)

    def all(self, caller: Caller) -> list[Document]:
        """The policies that the caller may use or manage, in the order of their names."""
        roles = (BUDGET_POLICY.user, BUDGET_POLICY.manager)
        seen = [policy for policy in self._policies.all() if self._may(caller, policy["policy_id"], *roles)]
        return sorted(seen, key=lambda policy: str(policy["policy_name"]))

    def update(self, caller: Caller, policy_id: str, fields: Document) -> Document:
        """A policy with other fields, all of which are given."""
        self._require_manager(caller, policy_id)
        policy = {**self._read(fields), "policy_id": policy_id}
        with self._store.transaction():
            self._existing(policy_id)
            self._refuse_taken(policy)
            return self._policies.put(policy_id, policy)

    def delete(self, caller: Caller, policy_id: str) -> None:
        """Remove a policy; what names it goes on naming it."""
        self._require_manager(caller, policy_id)
        with self._store.transaction():
            self._existing(policy_id)
            self._policies.delete(policy_id)
            self._rule_sets.forget(_resource(policy_id))

    def require_use(self, caller: Caller, workspace_id: int, policy_id: str) -> None:
        """PermissionDeniedError for who has no role on a policy, be there one or not; admins need one."""
        resource = _resource(policy_id)
        roles = (BUDGET_POLICY.user, BUDGET_POLICY.manager)
        if not any(self._rule_sets.holds(caller, resource, role) for role in roles):
            raise PermissionDeniedError(
                f"{caller.name} does not have the role budgetPolicy.user on budget policy {policy_id}."
            )
        bound = self._existing(policy_id).get("binding_workspace_ids")
        if bound and workspace_id not in bound:
            raise InvalidParameterError(f"Budget policy {policy_id} is not bound to this workspace.")

    def _may(self, caller: Caller, policy_id: str, *roles: str) -> bool:
        resource = _resource(policy_id)
        return caller.is_account_admin or any(self._rule_sets.holds(caller, resource, role) for role in roles)

    def _require_manager(self, caller: Caller, policy_id: str) -> None:
        if not self._may(caller, policy_id, BUDGET_POLICY.manager):
            raise PermissionDeniedError(f"{caller.name} may not manage budget policy {policy_id}.")

    def _existing(self, policy_id: str) -> Document:
        policy = self._policies.get(policy_id)
        if policy is None:
            raise NotFoundError(f"Budget policy {policy_id} does not exist.")
        return policy

    def _refuse_taken(self, policy: Document) -> None:
        for other in self._policies.all():
            if other["policy_name"] == policy["policy_name"] and other["policy_id"] != policy["policy_id"]:
                raise AlreadyExistsError(f"A budget policy {policy['policy_name']} exists already.")

    def _read(self, fields: Document) -> Document:
        name = read_text(fields, "policy_name")
        is_latin = name.encode("latin-1", "ignore").decode("latin-1") == name
        if not name or not is_latin or name.startswith(_OWN_NAMES):
            raise InvalidParameterError(f"policy_name {name!r} is empty, not Latin, or Databricks' own.")
        policy: Document = {"policy_name": name}
        if tags := _tags(fields):
            policy["custom_tags"] = tags
        if bound := fields.get("binding_workspace_ids"):
            policy["binding_workspace_ids"] = self._workspace_ids(bound)
        return policy

    def _workspace_ids(self, given: object) -> list[int]:
        ids = given if isinstance(given, list) else [given]
        for workspace_id in ids:
            if self._workspaces.get(str(workspace_id)) is None:
                raise InvalidParameterError(f"There is no workspace {workspace_id} to bind a policy to.")
        return [int(str(workspace_id)) for workspace_id in ids]


def _tags(fields: Document) -> list[Document]:
    tags = read_objects(fields, "custom_tags")
    keys = [read_text(tag, "key") for tag in tags]
    if len(keys) > _MOST_TAGS:
        raise InvalidParameterError(f"A budget policy has {_MOST_TAGS} tags at most.")
    for key in keys:
        if not key or key in _OWN_TAGS or keys.count(key) > 1:
            raise InvalidParameterError(
                f"custom_tags: the key {key!r} is empty, kept by Databricks or twice."
            )
    return [{"key": read_text(tag, "key"), "value": read_text(tag, "value")} for tag in tags]


def _resource(policy_id: str) -> Resource:
    return Resource(BUDGET_POLICY, policy_id)
