"""What is really there, where a plan can't show it: rights that were given outside of the code.

Terraform creates permissions, grants and rule sets by writing over what a thing has: of a resource that is to
be created on something that exists, the plan shows what is added, and not what that takes away. And nobody
declares who is in which group: people and other groups are brought in by the identity provider.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from databricks.sdk.core import DatabricksError
from databricks.sdk.errors import NotFound
from databricks.sdk.service.iam import AccessControlResponse

from infra.config.destination import ACCOUNT_STACK
from infra.declared.permitted import PERMITTED
from infra.declared.securables import SECURABLES
from infra.review.clients import StackClients
from infra.review.deployed import Deployed, Names
from infra.review.errors import first_line
from infra.review.granted import granted_on
from infra.review.plan import Change
from infra.review.single_rights import Address

Json = dict[str, Any]

_NOT_ASKED = (
    "the account was not asked: who is in which group, and rights that would be overwritten, are not seen"
)


@dataclass(frozen=True)
class Seen:
    """The declared stacks before and after, with what is there beside them."""

    before: dict[str, Json]
    after: dict[str, Json]
    overwritten: frozenset[Address] = frozenset()
    remarks: tuple[str, ...] = ()


class Reality:
    """Asks the running account, with the credentials of the stacks; without any, nothing is added."""

    def __init__(self, clients: StackClients | None) -> None:
        self._clients = clients

    def complete(self, deployed: Deployed, after: dict[str, Json], changes: Sequence[Change]) -> Seen:
        """Add who is in which group, and what would be overwritten."""
        before = deployed.documents
        if self._clients is None:
            return Seen(before, after, remarks=(_NOT_ASKED,))
        asked = _Asked(self._clients, deployed.names, deepcopy(before), deepcopy(after))
        asked.add_memberships()
        for change in changes:
            if change.kind == "create" and change.after and not change.imported:
                asked.add_overwritten(change)
        return Seen(asked.before, asked.after, frozenset(asked.overwritten), tuple(asked.remarks))


class _Asked:
    """The documents, while what is really there is added to them."""

    def __init__(
        self, clients: StackClients, names: Names, before: dict[str, Json], after: dict[str, Json]
    ) -> None:
        self.before, self.after = before, after
        self.overwritten: set[Address] = set()
        self.remarks: list[str] = []
        self._clients, self._names = clients, names
        self._readers: Mapping[str, Callable[[Change], Json | None]] = {
            "databricks_permissions": self._permissions,
            "databricks_grant": self._grant,
            "databricks_grants": self._grants,
            "databricks_secret_acl": self._secret_acl,
            "databricks_access_control_rule_set": self._rule_set,
        }

    def add_memberships(self) -> None:
        """Groups and service principals that are in a group, whoever put them there."""
        if ACCOUNT_STACK not in self.before:
            return
        try:
            edges = list(self._memberships())
        except (DatabricksError, ValueError) as error:
            self.remarks.append(f"who is in which group was not looked at: {first_line(error)}")
            return
        declared = {(item.get("member_id"), item.get("group_id")) for item in self._declared_memberships()}
        for member, group in edges:
            if (member, group) not in declared:
                for document in (self.before, self.after):
                    _add_membership(document.get(ACCOUNT_STACK, {}), member, group)

    def _memberships(self) -> Iterator[tuple[str, str]]:
        groups = list(self._clients.account.groups.list(attributes="id,displayName,members"))
        names = {str(group.id): str(group.display_name) for group in groups}
        for group in groups:
            for member in group.members or []:
                number = str(member.value)
                if name := names.get(number) or self._names.account_principals.get(number):
                    yield name, str(group.display_name)

    def _declared_memberships(self) -> Iterator[Json]:
        """As the state has them, by names."""
        yield from self.before[ACCOUNT_STACK].get("resource", {}).get("databricks_group_member", {}).values()

    def add_overwritten(self, change: Change) -> None:
        """What a resource that is to be created would write over, as if it were declared before."""
        reader = self._readers.get(change.type)
        declared = self.after.get(change.stack, {}).get("resource", {}).get(change.type, {}).get(change.name)
        if reader is None or declared is None or change.stack not in self.before:
            return
        try:
            there = reader(change)
        except NotFound:
            return
        except (DatabricksError, ValueError) as error:
            self.remarks.append(f"what {change.address} overwrites was not looked at: {first_line(error)}")
            return
        if there:
            named = {key: self._names.value(change.stack, key, value) for key, value in there.items()}
            resources = self.before[change.stack]["resource"].setdefault(change.type, {})
            resources[change.name] = {**declared, **named}
            self.overwritten.add((change.stack, change.address))

    def _permissions(self, change: Change) -> Json | None:
        after = change.after or {}
        attribute = next((name for name in PERMITTED if after.get(name)), None)
        if attribute is None:
            return None  # what they are on is to be made, too
        client = self._clients.workspace(change.stack)
        answer = client.permissions.get(PERMITTED[attribute].path, str(after[attribute]))
        entries = [
            {**_who(entry), "permission_level": held.permission_level.value}
            for entry in answer.access_control_list or []
            for held in entry.all_permissions or []
            if held.permission_level and not held.inherited and held.permission_level.value != "IS_OWNER"
        ]
        own = client.config.client_id  # whoever makes a thing may manage it: Terraform leaves that
        entries = [item for item in entries if item.get("service_principal_name") != own]
        return {"access_control": entries} if entries else None

    def _held(self, change: Change) -> list[tuple[str, list[str]]]:
        after = change.after or {}
        kind = next((name for name in SECURABLES if after.get(name)), None)
        if kind is None:
            return []
        of_account = change.stack == ACCOUNT_STACK  # of the metastore: it is asked through a workspace
        client = self._clients.metastore if of_account else self._clients.workspace(change.stack)
        return list(granted_on(client, kind, str(after[kind])))

    def _grant(self, change: Change) -> Json | None:
        principal = (change.after or {}).get("principal")
        privileges = [name for who, names in self._held(change) if who == principal for name in names]
        return {"principal": principal, "privileges": privileges} if privileges else None

    def _grants(self, change: Change) -> Json | None:
        held = [{"principal": who, "privileges": names} for who, names in self._held(change)]
        return {"grant": held} if held else None

    def _secret_acl(self, change: Change) -> Json | None:
        after = change.after or {}
        if not after.get("scope") or not after.get("principal"):
            return None
        acl = self._clients.workspace(change.stack).secrets.get_acl(after["scope"], after["principal"])
        return {"principal": after["principal"], "permission": acl.permission.value}

    def _rule_set(self, change: Change) -> Json | None:
        name = (change.after or {}).get("name")
        if not name:
            return None
        answer = self._clients.account.access_control.get_rule_set(name, etag="")
        rules = [
            {"role": rule.role, "principals": rule.principals or []} for rule in answer.grant_rules or []
        ]
        return {"grant_rules": rules} if rules else None


def _who(entry: AccessControlResponse) -> Json:
    if entry.group_name:
        return {"group_name": entry.group_name}
    if entry.service_principal_name:
        return {"service_principal_name": entry.service_principal_name}
    return {"user_name": entry.user_name}


def _add_membership(account: Json, member: str, group: str) -> None:
    """A membership that is not declared; groups that are not get a name, so that they are told of."""
    path = {"//": {"path": f"{ACCOUNT_STACK}/IdentityProvider/{member}"}}
    for name in (member, group):
        known = [
            item.get("display_name")
            for kind in ("resource", "data")
            for type_ in ("databricks_group", "databricks_service_principal")
            for item in account.get(kind, {}).get(type_, {}).values()
        ]
        if name not in known:
            found = account.setdefault("data", {}).setdefault("databricks_group", {})
            found[f"identity-provider-{name}"] = {"display_name": name, **path}
    members = account.setdefault("resource", {}).setdefault("databricks_group_member", {})
    members[f"identity-provider-{member}-in-{group}"] = {"member_id": member, "group_id": group, **path}
