"""Permissions on what a workspace holds: jobs, endpoints, experiments, warehouses, secrets and the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from infra.declared.declared import Declared
from infra.declared.resource import Resource
from infra.rights.reason import Reason

# The matrix's word for the objects that an attribute of databricks_permissions refers to.
ASSETS: Mapping[str, str] = {
    "alert_v2_id": "alerts",
    "cluster_policy_id": "compute",
    "dashboard_id": "dashboards",
    "experiment_id": "experiments",
    "job_id": "jobs",
    "repo_id": "git_folders",
    "serving_endpoint_id": "endpoints",
    "sql_endpoint_id": "warehouses",
}
_NAMES = ("display_name", "name", "path")


@dataclass(frozen=True)
class WorkspaceObject:
    """An object with everybody's permission on it, by principal."""

    asset: str
    environment: str
    project: str | None  # None for what all projects of an environment share
    name: str
    granted: Mapping[str, tuple[str, Reason]]  # a permission level, as Databricks names it
    target: Resource | None = None  # the object itself, where it is declared, too


class Objects:
    """All objects that permissions are declared on."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared

    @cached_property
    def all(self) -> tuple[WorkspaceObject, ...]:
        """Objects with permissions, and secret scopes, with or without."""
        permitted = [self._permitted(item) for item in self._declared.of("databricks_permissions")]
        scopes = [self._scope(item) for item in self._declared.of("databricks_secret_scope")]
        return (*(item for item in permitted if item), *scopes)

    @cached_property
    def named(self) -> frozenset[str]:
        """Everybody who has a permission on something, declared or not."""
        return frozenset(who for item in self.all for who in item.granted)

    def of(self, environment: str, asset: str, project: str | None) -> list[WorkspaceObject]:
        """The objects of a kind that are a project's, or, without one, the environment's own."""
        return self._by_place.get((environment, asset, project), [])

    def projects(self, environment: str) -> Collection[str]:
        """The ML projects that an environment has a schema for."""
        return self._projects[environment].keys()

    @cached_property
    def _projects(self) -> dict[str, dict[str, None]]:
        """By environment; of each project, as a set that keeps their order."""
        found: dict[str, dict[str, None]] = {name: {} for name in self._declared.stacks}
        for item in self._declared.of("databricks_schema"):
            parts = item.path.split("/")
            if parts[2] == "Schema":
                found[item.stack][parts[1]] = None
        return found

    @cached_property
    def _acls(self) -> dict[tuple[str, str], list[Resource]]:
        """By stack and scope."""
        found: dict[tuple[str, str], list[Resource]] = {}
        for acl in self._declared.of("databricks_secret_acl"):
            found.setdefault((acl.stack, str(acl.values["scope"])), []).append(acl)
        return found

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, str | None], list[WorkspaceObject]]:
        found: dict[tuple[str, str, str | None], list[WorkspaceObject]] = {}
        for item in self.all:
            found.setdefault((item.environment, item.asset, item.project), []).append(item)
        return found

    def _permitted(self, item: Resource) -> WorkspaceObject | None:
        attribute = next((name for name in ASSETS if name in item.values), None)
        if attribute is None:
            return None
        target = self._declared.target(item.values[attribute])
        name = _name(target) if target else str(item.values[attribute])
        asset = ASSETS[attribute]
        granted = {}
        for entry in item.values["access_control"]:
            who = str(
                entry.get("group_name") or entry.get("service_principal_name") or entry.get("user_name")
            )
            level = str(entry["permission_level"])
            granted[who] = (level, Reason(item, f"{level} on {asset} {name} to {who}"))
        return WorkspaceObject(asset, item.stack, self._project(item), name, granted, target)

    def _scope(self, item: Resource) -> WorkspaceObject:
        name = str(item.values["name"])
        granted = {}
        for acl in self._acls.get((item.stack, name), []):
            who, level = str(acl.values["principal"]), str(acl.values["permission"])
            granted[who] = (level, Reason(acl, f"{level} on secrets {name} to {who}"))
        return WorkspaceObject("secrets", item.stack, self._project(item), name, granted, item)

    def _project(self, item: Resource) -> str | None:
        part = item.path.split("/")[1]
        return part if part in self.projects(item.stack) else None


def _name(target: Resource) -> str:
    return next((str(target.values[name]) for name in _NAMES if name in target.values), target.name)
