"""Roles on service principals: who may let jobs run as one, who hands these roles out."""

from __future__ import annotations

import hashlib
import json
import re

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
_ROLES = (MANAGER_ROLE, USER_ROLE)
_KINDS: dict[str, PrincipalKind] = {
    "groups": "group",
    "servicePrincipals": "service_principal",
    "users": "user",
}
_PREFIXES = {kind: prefix for prefix, kind in _KINDS.items()}
_NAME = re.compile(
    r"accounts/(?P<account>[^/]+)/servicePrincipals/(?P<application>[^/]+)(?P<rest>/ruleSets/default)?"
)


class RuleSets:
    """Rule sets of service principals, keyed by the application's id.

    Principals are kept by their ids, so that a role does not pass to a namesake.
    """

    def __init__(self, store: Store, directory: Directory, *, account_id: str) -> None:
        self._store = store
        self._rule_sets = store.collection("rule_sets")
        self._directory = directory
        self._account_id = account_id

    def get(self, caller: Caller, name: str) -> Document:
        """A rule set as the API shows it: name, etag, grant rules."""
        application_id = self._application_id(name)
        self._require_manager(caller, application_id)
        return self._described(application_id)

    def replace(self, caller: Caller, name: str, *, etag: str, grant_rules: list[Document]) -> Document:
        """Replace all rules; ConflictError unless `etag` is the rule set's present one."""
        application_id = self._application_id(name)
        self._require_manager(caller, application_id)
        with self._store.transaction():
            if etag != self._described(application_id)["etag"]:
                raise ConflictError(f"The rule set {name} was changed since etag {etag!r} was read.")
            rules = {role: self._ids(grant_rules, role) for role in _ROLES}
            version = self._document(application_id)["version"] + 1
            self._rule_sets.put(application_id, {"rules": rules, "version": version})
        return self._described(application_id)

    def assignable_roles(self, caller: Caller, resource: str) -> list[str]:
        """The roles that a service principal's rule set can contain."""
        self._require_manager(caller, self._application_id(resource))
        return list(_ROLES)

    def created(self, caller: Caller, application_id: str) -> None:
        """Make the creator of a service principal its manager."""
        rules = {MANAGER_ROLE: [caller.principal.id], USER_ROLE: []}
        self._rule_sets.put(application_id, {"rules": rules, "version": 1})

    def may_use(self, caller: Caller, application_id: str) -> bool:
        """Whether the caller may run things as this service principal.

        True for itself and for holders of the role user. Managers don't inherit that role,
        and neither do admins: so it is on Databricks.
        """
        return caller.name == application_id or self._holds(caller, application_id, USER_ROLE)

    def may_manage(self, caller: Caller, application_id: str) -> bool:
        """Whether the caller may hand out roles on this service principal."""
        return caller.is_account_admin or self._holds(caller, application_id, MANAGER_ROLE)

    def _holds(self, caller: Caller, application_id: str, role: str) -> bool:
        if self._directory.find("service_principal", application_id) is None:
            return False
        holders = self._document(application_id)["rules"][role]
        if ACCOUNT_USERS in holders or caller.principal.id in holders:
            return True
        return any(group["id"] in holders for group in self._directory.groups_of(caller.principal.id))

    def _require_manager(self, caller: Caller, application_id: str) -> None:
        if not self.may_manage(caller, application_id):
            raise PermissionDeniedError(
                f"{caller.name} may not manage roles of service principal {application_id}."
            )
        if self._directory.find("service_principal", application_id) is None:
            raise NotFoundError(f"Service principal {application_id} does not exist.")

    def _application_id(self, name: str) -> str:
        match = _NAME.fullmatch(name)
        if match is None and name.startswith(f"accounts/{self._account_id}/"):
            raise NotServedError(f"Only rule sets of service principals are served locally, not {name}.")
        if match is None or match["account"] != self._account_id:
            raise InvalidParameterError(
                f"{name!r} is no rule set of this account; expected "
                f"accounts/{self._account_id}/servicePrincipals/APPLICATION_ID/ruleSets/default."
            )
        return match["application"]

    def _document(self, application_id: str) -> Document:
        return self._rule_sets.get(application_id) or {"rules": {role: [] for role in _ROLES}, "version": 0}

    def _described(self, application_id: str) -> Document:
        document = self._document(application_id)
        rules = [
            {"role": role, "principals": principals}
            for role, ids in sorted(document["rules"].items())
            if (principals := [name for name in map(self._principal_name, ids) if name])
        ]
        shown = json.dumps([application_id, document["version"], rules])
        name = f"accounts/{self._account_id}/servicePrincipals/{application_id}/ruleSets/default"
        return {
            "name": name,
            "etag": hashlib.sha256(shown.encode()).hexdigest()[:32],
            "grant_rules": rules,
        }

    def _ids(self, grant_rules: list[Document], role: str) -> list[str]:
        ids: list[str] = []
        for rule in grant_rules:
            if rule.get("role") not in _ROLES:
                raise InvalidParameterError(
                    f"Role {rule.get('role')} can't be granted; there are {', '.join(_ROLES)}."
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
