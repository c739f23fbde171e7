"""Environments' workspaces: who is let in, as what, and which catalogs each of them sees."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from infra.config.destination import ACCOUNT_STACK
from infra.declared.declared import Declared
from infra.declared.resource import Resource
from infra.rights.principals import Principals
from infra.rights.reason import Reason, Reasons

Mode = Literal["READ_WRITE", "READ_ONLY"]
ENTITLEMENTS = (
    "workspace_access",
    "databricks_sql_access",
    "allow_cluster_create",
    "allow_instance_pool_create",
)
EVERYBODY = "users"  # the group of a workspace that all who are let in are in


class Workspaces:
    """The workspace of each environment."""

    def __init__(self, declared: Declared, principals: Principals) -> None:
        self._declared, self._principals = declared, principals

    @cached_property
    def named(self) -> frozenset[str]:
        """Everybody who is let in somewhere, declared or not."""
        return frozenset(who for who, _ in (*self.assigned, *self.entitled))

    def role(self, principal: str, environment: str) -> tuple[str, Reasons] | None:
        """ADMIN or USER, and why; None for who is not let in."""
        best: tuple[str, Reasons] | None = None
        for identity, memberships in self._principals.identities(principal).items():
            for role, reason in self.assigned.get((identity, environment), []):
                if best is None or role == "ADMIN":
                    best = (role, (*memberships, reason))
        return best

    def identities(self, principal: str, environment: str) -> dict[str, Reasons]:
        """Itself and its groups, and, where it is let in, the one of all who are."""
        own = self._principals.identities(principal)
        return {**own, EVERYBODY: ()} if self.role(principal, environment) else own

    def entitlements(self, principal: str, environment: str) -> dict[str, Reasons]:
        """What its users may do there, by name; whoever is let in has what everybody has."""
        if self.role(principal, environment) is None:
            return {}
        found: dict[str, Reasons] = {}
        for identity, memberships in self.identities(principal, environment).items():
            for name, reason in self.entitled.get((identity, environment), []):
                found.setdefault(name, (*memberships, reason))
        return found

    def sees(self, environment: str, catalog: str) -> tuple[Mode, Reasons] | None:
        """How a workspace sees a catalog; None where it doesn't."""
        declared = self._catalogs.get(catalog)
        if declared is None or declared.values.get("isolation_mode") != "ISOLATED":
            return "READ_WRITE", ()
        if declared.stack == environment:
            return "READ_WRITE", (Reason(declared, f"{catalog} is of {environment}"),)
        for binding in self._declared.of("databricks_workspace_binding"):
            if self._binds(binding, environment, catalog):
                kind = str(binding.values.get("binding_type", "BINDING_TYPE_READ_WRITE"))
                mode: Mode = "READ_ONLY" if kind.endswith("READ_ONLY") else "READ_WRITE"
                return mode, (Reason(binding, f"{catalog} is seen by {environment}'s workspace, {mode}"),)
        return None

    @cached_property
    def _catalogs(self) -> dict[str, Resource]:
        return {str(item.values["name"]): item for item in self._declared.of("databricks_catalog")}

    def environment_of(self, number: object) -> str | None:
        """Whose workspace has a number; None for a workspace that is no environment's."""
        return next((name for name, own in self._numbers.items() if own == str(number)), None)

    @cached_property
    def _numbers(self) -> dict[str, str]:
        names = self._declared.environments
        return {name: str(self._declared.output(ACCOUNT_STACK, f"{name}_workspace_id")) for name in names}

    def _binds(self, binding: Resource, environment: str, catalog: str) -> bool:
        values = binding.values
        workspace = str(values["workspace_id"]) == self._numbers[environment]
        return workspace and values.get("securable_type") == "catalog" and values["securable_name"] == catalog

    @cached_property
    def assigned(self) -> dict[tuple[str, str], list[tuple[str, Reason]]]:
        """ADMIN or USER, by principal and environment, or the number of a workspace that is none's."""
        environments = {number: name for name, number in self._numbers.items()}
        found: dict[tuple[str, str], list[tuple[str, Reason]]] = {}
        for item in self._declared.of("databricks_mws_permission_assignment"):
            who, number = str(item.values["principal_id"]), str(item.values["workspace_id"])
            where = environments.get(number, number)
            for role in item.values["permissions"]:
                reason = Reason(item, f"{who} is {role} of {where}'s workspace")
                found.setdefault((who, where), []).append((role, reason))
        return found

    @cached_property
    def entitled(self) -> dict[tuple[str, str], list[tuple[str, Reason]]]:
        """Entitlements by principal and environment."""
        found: dict[tuple[str, str], list[tuple[str, Reason]]] = {}
        for item in self._declared.of("databricks_entitlements"):
            who = str(item.values.get("group_id") or item.values.get("service_principal_id"))
            for name in (name for name in ENTITLEMENTS if item.values.get(name)):
                reason = Reason(item, f"{name} in {item.stack}'s workspace to {who}")
                found.setdefault((who, item.stack), []).append((name, reason))
        return found
