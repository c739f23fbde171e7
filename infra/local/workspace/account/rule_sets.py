"""Roles on service principals and budget policies: who may use one, who hands these roles out."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from infra.local.workspace.errors import (
    ConflictError,
    InvalidParameterError,
    NotFoundError,
    NotServedError,
    PermissionDeniedError,
)
from infra.local.workspace.fields import read_texts
from infra.local.workspace.identity.caller import ACCOUNT_USERS, Caller, PrincipalKind
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Document, Store

USER_ROLE = "roles/servicePrincipal.user"
MANAGER_ROLE = "roles/servicePrincipal.manager"
_KINDS: dict[str, PrincipalKind] = {
    "groups": "group",
    "servicePrincipals": "service_principal",
    "users": "user",
}
_PREFIXES = {kind: prefix for prefix, kind in _KINDS.items()}
_NAME = re.compile(r"accounts/(?P<account>[^/]+)/(?P<segment>\w+)/(?P<id>[^/]+)(?P<rest>/ruleSets/default)?")


@dataclass(frozen=True)
class Kind:
    """What rule sets are of: as their names spell it, in words, and the roles on it."""

    segment: str
    word: str
    user: str
    manager: str


@dataclass(frozen=True)
class Resource:
    """One thing that has a rule set; a service principal's id is the application's."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind.word} {self.id}"


SERVICE_PRINCIPAL = Kind("servicePrincipals", "service principal", USER_ROLE, MANAGER_ROLE)
BUDGET_POLICY = Kind(
    "budgetPolicies", "budget policy", "roles/budgetPolicy.user", "roles/budgetPolicy.manager"
)
_RESOURCES = {kind.segment: kind for kind in (SERVICE_PRINCIPAL, BUDGET_POLICY)}


class RuleSets:
    """Rule sets, keyed by the id of what they are of.

    Principals are kept by their ids, so that a role does not pass to a namesake.
    """

    def __init__(self, store: Store, directory: Directory, *, account_id: str) -> None:
        self._store = store
        self._rule_sets = store.collection("rule_sets")
        self._budget_policies = store.collection("budget_policies")
        self._directory = directory
        self._account_id = account_id

    def get(self, caller: Caller, name: str) -> Document:
        """A rule set as the API shows it: name, etag, grant rules."""
        resource = self._resource(name)
        self._require_manager(caller, resource)
        return self._described(resource)

    def replace(self, caller: Caller, name: str, *, etag: str, grant_rules: list[Document]) -> Document:
        """Replace all rules; ConflictError unless `etag` is the rule set's present one."""
        resource = self._resource(name)
        self._require_manager(caller, resource)
        with self._store.transaction():
            if etag != self._described(resource)["etag"]:
                raise ConflictError(f"The rule set {name} was changed since etag {etag!r} was read.")
            rules = {role: self._ids(grant_rules, role, resource.kind) for role in _roles(resource.kind)}
            version = self._document(resource)["version"] + 1
            self._rule_sets.put(resource.id, {"rules": rules, "version": version})
        return self._described(resource)

    def assignable_roles(self, caller: Caller, resource: str) -> list[str]:
        """The roles that a rule set can contain."""
        found = self._resource(resource)
        self._require_manager(caller, found)
        return list(_roles(found.kind))

    def created(self, caller: Caller, application_id: str) -> None:
        """Make the creator of a service principal its manager."""
        self.start(caller, Resource(SERVICE_PRINCIPAL, application_id))

    def start(self, caller: Caller, resource: Resource) -> None:
        """Make the creator of something its manager."""
        rules = {resource.kind.manager: [caller.principal.id], resource.kind.user: []}
        self._rule_sets.put(resource.id, {"rules": rules, "version": 1})

    def forget(self, resource: Resource) -> None:
        """Drop the roles on what is gone."""
        self._rule_sets.delete(resource.id)

    def may_use(self, caller: Caller, application_id: str) -> bool:
        """Whether the caller may run things as this service principal.

        True for itself and for holders of the role user. Managers don't inherit that role,
        and neither do admins: so it is on Databricks.
        """
        resource = Resource(SERVICE_PRINCIPAL, application_id)
        return caller.name == application_id or self.holds(caller, resource, USER_ROLE)

    def may_manage(self, caller: Caller, application_id: str) -> bool:
        """Whether the caller may hand out roles on this service principal."""
        return caller.is_account_admin or self.holds(
            caller, Resource(SERVICE_PRINCIPAL, application_id), MANAGER_ROLE
        )

    def holds(self, caller: Caller, resource: Resource, role: str) -> bool:
        """Whether the caller has a role on something, by itself or through a group."""
        if not self._exists(resource):
            return False
        holders = self._document(resource)["rules"][role]
        if ACCOUNT_USERS in holders or caller.principal.id in holders:
            return True
        return any(group["id"] in holders for group in self._directory.groups_of(caller.principal.id))

    def _require_manager(self, caller: Caller, resource: Resource) -> None:
        if not caller.is_account_admin and not self.holds(caller, resource, resource.kind.manager):
            raise PermissionDeniedError(f"{caller.name} may not manage roles of {resource}.")
        if not self._exists(resource):
            raise NotFoundError(f"{str(resource).capitalize()} does not exist.")

    def _exists(self, resource: Resource) -> bool:
        if resource.kind == BUDGET_POLICY:
            return self._budget_policies.get(resource.id) is not None
        return self._directory.find("service_principal", resource.id) is not None

    def _resource(self, name: str) -> Resource:
        match = _NAME.fullmatch(name)
        is_own = name.startswith(f"accounts/{self._account_id}/")
        if is_own and (match is None or match["segment"] not in _RESOURCES):
            words = "service principals and budget policies"
            raise NotServedError(f"Only rule sets of {words} are served locally, not {name}.")
        if match is None or not is_own:
            raise InvalidParameterError(
                f"{name!r} is no rule set of this account; expected "
                f"accounts/{self._account_id}/servicePrincipals/APPLICATION_ID/ruleSets/default."
            )
        return Resource(_RESOURCES[match["segment"]], match["id"])

    def _document(self, resource: Resource) -> Document:
        none = {"rules": {role: [] for role in _roles(resource.kind)}, "version": 0}
        return self._rule_sets.get(resource.id) or none

    def _described(self, resource: Resource) -> Document:
        document = self._document(resource)
        rules = [
            {"role": role, "principals": principals}
            for role, ids in sorted(document["rules"].items())
            if (principals := [name for name in map(self._principal_name, ids) if name])
        ]
        shown = json.dumps([resource.id, document["version"], rules])
        name = f"accounts/{self._account_id}/{resource.kind.segment}/{resource.id}/ruleSets/default"
        return {
            "name": name,
            "etag": hashlib.sha256(shown.encode()).hexdigest()[:32],
            "grant_rules": rules,
        }

    def _ids(self, grant_rules: list[Document], role: str, kind: Kind) -> list[str]:
        ids: list[str] = []
        for rule in grant_rules:
            if rule.get("role") not in _roles(kind):
                raise InvalidParameterError(
                    f"Role {rule.get('role')} can't be granted; there are {', '.join(_roles(kind))}."
                )
            if rule["role"] == role:
                ids += [self._id(principal) for principal in read_texts(rule, "principals")]
        return list(dict.fromkeys(ids))

    def _id(self, principal: str) -> str:
        prefix, _, name = principal.partition("/")
        if principal == f"groups/{ACCOUNT_USERS}":
            return ACCOUNT_USERS
        document = self._directory.find(_KINDS[prefix], name) if prefix in _KINDS else None
        if document is None:
            raise InvalidParameterError(
                f"Principal {principal} does not exist in this account; "
                "write users/EMAIL, groups/NAME or servicePrincipals/APPLICATION_ID."
            )
        return str(document["id"])

    def _principal_name(self, principal_id: str) -> str | None:
        """None for a principal that was deleted since."""
        if principal_id == ACCOUNT_USERS:
            return f"groups/{ACCOUNT_USERS}"
        try:
            principal = self._directory.principal(self._directory.get(principal_id))
        except NotFoundError:
            return None
        return f"{_PREFIXES[principal.kind]}/{principal.name}"


def _roles(kind: Kind) -> tuple[str, str]:
    return kind.manager, kind.user
