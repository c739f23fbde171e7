"""As whom an alert is evaluated, and who may decide that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from infra.local.workspace.errors import InvalidParameterError, NotFoundError, PermissionDeniedError
from infra.local.workspace.fields import read_object, read_text
from infra.local.workspace.identity.caller import Caller, Principal, PrincipalKind
from infra.local.workspace.identity.directory import Directory

_KINDS: dict[str, PrincipalKind] = {"user_name": "user", "service_principal_name": "service_principal"}
_FIELDS = {kind: field for field, kind in _KINDS.items()}


class RuleSets(Protocol):
    """Who may let things run as a service principal."""

    def may_use(self, caller: Caller, application_id: str, /) -> bool:
        """Whether the caller is the service principal, or has the role to use it."""


class RunAs:
    """Chooses and describes principals; they are kept by their ids, which no namesake has."""

    def __init__(self, directory: Directory, rule_sets: RuleSets) -> None:
        self._directory = directory
        self._rule_sets = rule_sets

    def choose(
        self, caller: Caller, workspace_id: int, alert: Mapping[str, Any], *, current_id: str | None
    ) -> str:
        """The id of whom the alert names, else of who it was, else of the caller.

        PermissionDeniedError where the caller may not let it: whoever changes a query changes what is
        done in somebody's name. Users only name themselves; a service principal needs its role.
        """
        named = self._named(alert)
        if named is None:
            named = (_FIELDS[caller.principal.kind], caller.name) if current_id is None else None
        field, name = named or self._spelled(current_id or "")
        if field == "user_name" and name.lower() != caller.name.lower():
            raise PermissionDeniedError(
                f"{caller.name} can let alerts run as themselves only, not as {name}."
            )
        if field == "service_principal_name" and not self._rule_sets.may_use(caller, name):
            raise PermissionDeniedError(
                f"{caller.name} does not have the role servicePrincipal.user on service principal {name}, "
                "as which the alert runs."
            )
        document = self._directory.find(_KINDS[field], name)
        if document is None or self._directory.caller(document["id"], workspace_id) is None:
            raise InvalidParameterError(f"{name} is inactive or not assigned to this workspace.")
        return str(document["id"])

    def caller(self, principal_id: str, workspace_id: int) -> Caller | None:
        """The principal with its rights; None where it has none in the workspace any more."""
        return self._directory.caller(principal_id, workspace_id)

    def describe(self, principal_id: str) -> dict[str, str]:
        """The principal as the API spells it; nothing for one that is gone."""
        try:
            field, name = self._spelled(principal_id)
        except NotFoundError:
            return {}
        return {field: name}

    def name(self, principal_id: str) -> str:
        """The principal's name, as Databricks puts it also for one that is gone."""
        return next(iter(self.describe(principal_id).values()), "Unavailable")

    def label(self, principal_id: str) -> str:
        """What people know the principal by."""
        try:
            return self._principal(principal_id).label
        except NotFoundError:
            return "somebody who is gone"

    def owner(self, principal_id: str) -> dict[str, Any]:
        """The principal as webhooks tell of an alert's owner."""
        try:
            principal = self._principal(principal_id)
        except NotFoundError:
            return {}
        return {"id": int(principal.id), "name": principal.display_name, "email": principal.name}

    def _named(self, alert: Mapping[str, Any]) -> tuple[str, str] | None:
        run_as = read_object(dict(alert), "run_as")
        given = [(field, read_text(run_as, field)) for field in _KINDS if run_as.get(field)]
        if len(given) > 1:
            raise InvalidParameterError("run_as names one of user_name and service_principal_name.")
        older = read_text(dict(alert), "run_as_user_name")
        if given or not older:
            return given[0] if given else None
        kind = "user_name" if "@" in older else "service_principal_name"
        return kind, older

    def _spelled(self, principal_id: str) -> tuple[str, str]:
        principal = self._principal(principal_id)
        return _FIELDS[principal.kind], principal.name

    def _principal(self, principal_id: str) -> Principal:
        return self._directory.principal(self._directory.get(principal_id))
