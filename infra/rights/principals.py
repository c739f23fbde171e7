"""Who holds rights: groups and service principals, with the groups that each is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from infra.config.destination import ACCOUNT_STACK
from infra.config.vocabulary import BUDGET_ROLES, PRINCIPAL_ROLES, Level
from infra.declared.declared import Declared
from infra.declared.resource import Resource
from infra.rights.reason import Reason, Reasons

_RULE_SET = re.compile(r"accounts/[^/]+/(servicePrincipals|budgetPolicies)/(.+)/ruleSets/default")
_ROLES: Mapping[str, Level] = {
    role: level
    for by_level in (*PRINCIPAL_ROLES.values(), *BUDGET_ROLES.values())
    for level, roles in by_level.items()
    for role in roles
}
EVERYBODY = "account users"  # the group that all of the account are in, and that nobody fills


class Principals:
    """The account's principals by their names, who is in which group, and who may act as whom."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self._identities: dict[str, dict[str, Reasons]] = {}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Every group of the account that the stacks make or name."""
        return tuple(self._named("databricks_group"))

    @cached_property
    def service_principals(self) -> tuple[str, ...]:
        """Every service principal of the account that the stacks make or name."""
        return tuple(self._named("databricks_service_principal"))

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Groups first, then service principals."""
        return (*self.groups, *self.service_principals)

    @cached_property
    def named(self) -> frozenset[str]:
        """Everybody who has a role on something of the account, declared or not."""
        return frozenset(who for holders in self.roles.values() for who in holders)

    def identities(self, principal: str) -> dict[str, Reasons]:
        """Itself and every group that it is in, however far up, each with the memberships that say so."""
        if principal not in self._identities:
            self._identities[principal] = self._climb(principal)
        return self._identities[principal]

    def _climb(self, principal: str) -> dict[str, Reasons]:
        found: dict[str, Reasons] = {principal: (), EVERYBODY: ()}
        waiting = [principal]
        while waiting:
            member = waiting.pop()
            for group, reason in self.groups_of.get(member, []):
                if group not in found:
                    found[group] = (*found[member], reason)
                    waiting.append(group)
        return found

    def roles_on(self, service_principal: str) -> dict[str, tuple[Level, Reason]]:
        """Who has a role on a service principal: `use` to run things as it, `manage` to give that away."""
        return self.roles.get(("servicePrincipals", service_principal), {})

    def roles_on_budget(self, policy: str) -> dict[str, tuple[Level, Reason]]:
        """Who has a role on a budget policy: `use` to have things billed under it, `manage` to change it."""
        return self.roles.get(("budgetPolicies", policy), {})

    def acts_as(self, principal: str) -> dict[str, Reasons]:
        """The service principals that somebody can make a job run as, and thereby act as."""
        found: dict[str, Reasons] = {}
        for (kind, service_principal), roles in self.roles.items():
            if kind != "servicePrincipals":
                continue
            for identity, reasons in self.identities(principal).items():
                if identity in roles and service_principal not in found:
                    found[service_principal] = (*reasons, roles[identity][1])
        return found

    @cached_property
    def groups_of(self) -> dict[str, list[tuple[str, Reason]]]:
        """The groups that each member is put into."""
        found: dict[str, list[tuple[str, Reason]]] = {}
        for item in self._declared.of("databricks_group_member"):
            member, group = str(item.values["member_id"]), str(item.values["group_id"])
            found.setdefault(member, []).append((group, Reason(item, f"{member} is in {group}")))
        return found

    @cached_property
    def roles(self) -> dict[tuple[str, str], dict[str, tuple[Level, Reason]]]:
        """Who has which role, by the kind of what it is on (as rule sets are called) and its name."""
        found: dict[tuple[str, str], dict[str, tuple[Level, Reason]]] = {}
        for item in self._declared.of("databricks_access_control_rule_set"):
            if match := _RULE_SET.fullmatch(str(item.values["name"])):
                found[match[1], match[2]] = _holders(item, match[2])
        return found

    def _named(self, type_: str) -> list[str]:
        items = [item for item in self._declared.resources if item.type == type_]
        own = [item for item in items if item.stack == ACCOUNT_STACK]
        return list(dict.fromkeys(_name(item) for item in own))


def is_rule_set(item: Resource) -> bool:
    """Whether all that a rule set says is read here: roles on a service principal or on a budget policy."""
    roles = {rule["role"] for rule in item.values.get("grant_rules", [])}
    return bool(_RULE_SET.fullmatch(str(item.values["name"]))) and roles <= _ROLES.keys()


def _name(item: Resource) -> str:
    named_by_id = item.is_data and "application_id" in item.values
    return item.path.rpartition("/")[2] if named_by_id else str(item.values["display_name"])


def _holders(item: Resource, held: str) -> dict[str, tuple[Level, Reason]]:
    """The highest role of each."""
    found: dict[str, tuple[Level, Reason]] = {}
    for rule in item.values.get("grant_rules", []):
        level = _ROLES.get(rule["role"])
        if level is None:
            continue
        for name in (str(holder).partition("/")[2] for holder in rule.get("principals", [])):
            if level == "manage" or name not in found:
                found[name] = (level, Reason(item, f"{rule['role']} on {held} to {name}"))
    return found
