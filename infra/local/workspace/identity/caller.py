"""Principals and callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PrincipalKind = Literal["user", "service_principal", "group"]

ACCOUNT_USERS = "account users"


@dataclass(frozen=True)
class Principal:
    """A user, service principal or group of the account.

    `name` is what grants and permissions call it: a user's e-mail, a service principal's
    application id, a group's display name. `id` is its SCIM id.
    """

    id: str
    kind: PrincipalKind
    name: str
    display_name: str

    @property
    def label(self) -> str:
        """What people know it by, with its name where that is another."""
        return self.name if self.display_name == self.name else f"{self.display_name} ({self.name})"


@dataclass(frozen=True)
class Caller:
    """The principal behind a token, with every group it is in, directly or through others."""

    principal: Principal
    groups: frozenset[str]
    is_account_admin: bool = False
    is_workspace_admin: bool = False

    @property
    def name(self) -> str:
        """The principal's name, as grants and permissions spell it."""
        return self.principal.name

    @property
    def names(self) -> frozenset[str]:
        """Every name under which the caller may hold a right."""
        return self.groups | {self.name, ACCOUNT_USERS}
