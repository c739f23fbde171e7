"""Single facts that rights are made of: a privilege, a permission, a role, a membership.

The levels of the access matrix want several of these together; a change of one alone may move no level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from infra.declared.resource import Resource
from infra.rights.effective import EffectiveRights

_SEES = {"BINDING_TYPE_READ_ONLY": "read only", "BINDING_TYPE_READ_WRITE": "to read and write"}


@dataclass(frozen=True)
class Fact:
    """Something that somebody holds, in a few words: `MODIFY` on `schema prod.flights`."""

    principal: str
    stack: str
    holds: str  # a privilege, a permission level, a role, an entitlement, or a membership
    on: str
    resource: Resource = field(compare=False)  # that says so
    alone: bool = False  # whoever holds something on this thing holds one such thing, as with permissions

    def __str__(self) -> str:
        return f"{self.holds} {self.on}"


def find_facts(rights: EffectiveRights) -> dict[Fact, Fact]:
    """Every fact that is declared, by itself: equal ones may be said by different resources."""
    found: dict[Fact, Fact] = {}
    for each in (_privileges, _permissions, _roles, _memberships, _workspaces, _bindings):
        for fact in each(rights):
            found.setdefault(fact, fact)
    return found


def _privileges(rights: EffectiveRights) -> Iterator[Fact]:
    for where, by_principal in rights.privileges.granted.items():
        for principal, entries in by_principal.items():
            for privilege, reason in entries:
                yield Fact(principal, reason.resource.stack, privilege, f"on {where}", reason.resource)


def _permissions(rights: EffectiveRights) -> Iterator[Fact]:
    for item in rights.objects.all:
        for principal, (level, reason) in item.granted.items():
            on = f"on {item.asset} {item.name}"
            yield Fact(principal, item.environment, level, on, reason.resource, alone=True)


def _roles(rights: EffectiveRights) -> Iterator[Fact]:
    for (_, held), holders in rights.principals.roles.items():
        made = rights.declared.target(held)
        name = f"budget policy {made.values.get('policy_name')}" if made else held
        for principal, (level, reason) in holders.items():
            yield Fact(principal, reason.resource.stack, level, f"of {name}", reason.resource, alone=True)


def _memberships(rights: EffectiveRights) -> Iterator[Fact]:
    for member, groups in rights.principals.groups_of.items():
        for group, reason in groups:
            yield Fact(member, reason.resource.stack, "member", f"of {group}", reason.resource)


def _workspaces(rights: EffectiveRights) -> Iterator[Fact]:
    for (principal, where), assigned in rights.workspaces.assigned.items():
        for role, reason in assigned:
            yield Fact(principal, where, role, f"of {where}'s workspace", reason.resource, alone=True)
    for (principal, where), entitled in rights.workspaces.entitled.items():
        for name, reason in entitled:
            yield Fact(principal, where, name, f"in {where}'s workspace", reason.resource)


def _bindings(rights: EffectiveRights) -> Iterator[Fact]:
    for item in rights.declared.of("databricks_workspace_binding"):
        number = item.values.get("workspace_id")
        where = rights.workspaces.environment_of(number) or f"workspace {number}"
        kind = str(item.values.get("binding_type", "BINDING_TYPE_READ_WRITE"))
        what = f"{item.values.get('securable_type', 'catalog')} {item.values.get('securable_name')}"
        principal = f"whoever is in {where}'s workspace"
        yield Fact(principal, item.stack, "sight", f"of {what}, {_SEES.get(kind, kind)}", item)
