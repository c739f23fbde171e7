"""Principals as rights name them: by id, so that a new group of an old name inherits nothing."""

from __future__ import annotations

from infra.local.workspace.catalog.names import printable
from infra.local.workspace.errors import NotFoundError
from infra.local.workspace.identity.caller import ACCOUNT_USERS, Caller
from infra.local.workspace.identity.directory import Directory

SYSTEM = "System user"


class Principals:
    """Translates between the ids that are stored and the names that the API speaks."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def ids(self, caller: Caller) -> frozenset[str]:
        """Every id under which the caller may hold a right: its own, its groups', everybody's."""
        groups = self._directory.groups_of(caller.principal.id)
        return frozenset({caller.principal.id, ACCOUNT_USERS, *(group["id"] for group in groups)})

    def find_id(self, name: str) -> str | None:
        """The id of the account's principal of a name; None where there is none."""
        if name == ACCOUNT_USERS:
            return ACCOUNT_USERS
        principal = self._directory.named(name)
        return principal.id if principal else None

    def require_id(self, name: object) -> str:
        """The id of the account's principal of a name; only those can own or be granted something."""
        found = self.find_id(name) if isinstance(name, str) and name else None
        if found is None:
            raise NotFoundError(
                f"Could not find principal with name {printable(name)}.",
                code="PRINCIPAL_DOES_NOT_EXIST",
            )
        return found

    def name(self, principal_id: str) -> str | None:
        """The name of a principal; None when it was deleted."""
        if principal_id in (ACCOUNT_USERS, SYSTEM):
            return principal_id
        try:
            return self._directory.principal(self._directory.get(principal_id)).name
        except NotFoundError:
            return None
