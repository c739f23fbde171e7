"""Effective rights: the highest level of the access matrix that somebody has reached, by what is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from infra.config.destination import ACCOUNT_STACK
from infra.config.project import Project
from infra.config.vocabulary import (
    AUDIT_SCHEMA,
    BUDGET_ROLES,
    CATALOG_PRIVILEGES,
    ENTITLEMENTS,
    LEVELS,
    METASTORE_PRIVILEGES,
    METRICS_PRIVILEGES,
    MODEL_PRIVILEGES,
    PERMISSIONS,
    SCHEMA_PRIVILEGES,
    SYSTEM_PRIVILEGES,
    TABLE_PRIVILEGES,
    Level,
    assets,
    assets_of_projects,
    levels_of,
)
from infra.declared.declared import Declared
from infra.rights.acting import Acting
from infra.rights.objects import Objects, WorkspaceObject
from infra.rights.principals import Principals
from infra.rights.privileges import METASTORE, Privileges
from infra.rights.reason import Reason, Reasons
from infra.rights.workspaces import Workspaces

_SYSTEM = {"system": "system.serving", "audit": f"system.{AUDIT_SCHEMA}"}
_OWNER: Mapping[str, Level] = {"IS_OWNER": "manage"}
_WORKSPACE: Mapping[str, Level] = {
    name: level for level, names in ENTITLEMENTS["workspace"].items() for name in names
}

Wanted = Sequence[tuple[Level, str, str]]  # level, privilege, securable: a level wants all up to it


@dataclass(frozen=True)
class Right:
    """What somebody has reached for a kind of asset, of one project or of a whole environment."""

    principal: str
    environment: str
    project: str | None
    asset: str
    level: Level
    because: Reasons
    acting: str | None = None  # the service principal as which it is reached, where it is not one's own

    @property
    def place(self) -> str:
        """Where it is a right, as the access matrix writes it: `prod` or `prod/flights`."""
        return f"{self.environment}/{self.project}" if self.project else self.environment


class EffectiveRights:
    """Everybody's rights, from what the stacks declare.

    Only the projects' settings tell which tables are features or inference tables; without them, rights on
    these are not told.
    """

    def __init__(self, declared: Declared, projects: Mapping[str, Project] | None = None) -> None:
        self.declared = declared
        self._settings = projects or {}
        self.principals = Principals(declared)
        self.privileges = Privileges(declared, self.principals)
        self.workspaces = Workspaces(declared, self.principals)
        self.objects = Objects(declared)
        self.acting = Acting(declared, self.principals, self.workspaces, self.objects)
        self._rights: dict[tuple[str, str], tuple[Right, ...]] = {}

    @cached_property
    def everybody(self) -> tuple[str, ...]:
        """Everybody who is declared, and whoever else holds a right: a name may stand in a grant alone."""
        parts = (self.privileges, self.objects, self.workspaces, self.principals)
        others = frozenset[str]().union(*(part.named for part in parts)) - frozenset(self.principals.all)
        return (*self.principals.all, *sorted(others))

    @cached_property
    def all(self) -> tuple[Right, ...]:
        """Every right of every group and service principal in every environment."""
        return tuple(
            right
            for environment in self.declared.environments
            for principal in self.principals.all
            for right in self.of(principal, environment)
        )

    def of(self, principal: str, environment: str) -> tuple[Right, ...]:
        """Somebody's rights in an environment, of their own."""
        key = (principal, environment)
        if key not in self._rights:
            self._rights[key] = tuple(self._each(principal, environment))
        return self._rights[key]

    def beyond(self, principal: str, environment: str) -> Iterator[Right]:
        """What somebody reaches as the service principals that they can act as, where it is more."""
        highest = {
            (right.project, right.asset): LEVELS.index(right.level)
            for right in self.of(principal, environment)
        }
        for acting, why in self.acting.of(principal).items():
            for right in self.of(acting, environment):
                key = (right.project, right.asset)
                if LEVELS.index(right.level) > highest.get(key, -1):
                    highest[key] = LEVELS.index(right.level)
                    because = (*why, *right.because)
                    yield replace(right, principal=principal, because=because, acting=acting)

    def _each(self, principal: str, environment: str) -> Iterator[Right]:
        shared = [asset for asset in assets() if asset not in assets_of_projects()]
        places = [
            (None, shared),
            *((item, assets_of_projects()) for item in self.objects.projects(environment)),
        ]
        for project, kinds in places:
            for asset in kinds:
                found = self._reached(principal, environment, project, asset)
                if found:
                    yield Right(principal, environment, project, asset, *found)

    def catalog(self, environment: str) -> str:
        """The environment's catalog."""
        return str(self.declared.output(environment, "catalog"))

    def schema(self, environment: str, project: str, *, metrics: bool = False) -> str:
        """The full name of a project's schema, or of the one of its metric tables.

        Of what is deployed in part there may be none: then it is a name that nothing has.
        """
        role = f"{project}/Monitoring/Metrics/Schema" if metrics else f"{project}/Schema/Schema"
        return self._schemas.get((environment, role), f"no schema of {environment}/{role}")

    def schemas(self, environment: str, project: str) -> list[str]:
        """The full names of all of a project's schemas."""
        return [
            name
            for (stack, role), name in self._schemas.items()
            if stack == environment and role.partition("/")[0] == project
        ]

    def models(self, environment: str, project: str) -> list[str]:
        """The full names of a project's registered models."""
        return self._models.get((environment, project), [])

    @cached_property
    def _schemas(self) -> dict[tuple[str, str], str]:
        """By environment and role."""
        return {
            (item.stack, item.role): f"{item.values['catalog_name']}.{item.values['name']}"
            for item in self.declared.of("databricks_schema")
        }

    @cached_property
    def _models(self) -> dict[tuple[str, str], list[str]]:
        """By environment and project."""
        found: dict[tuple[str, str], list[str]] = {}
        for item in self.declared.of("databricks_registered_model"):
            name = ".".join(str(item.values[part]) for part in ("catalog_name", "schema_name", "name"))
            found.setdefault((item.stack, item.role.partition("/")[0]), []).append(name)
        return found

    def tables(self, environment: str, project: str, asset: str) -> list[str]:
        """The full names of those of a project's tables that an asset means."""
        named = self._settings[project].tables_of(asset) if project in self._settings else []
        return [f"{self.schema(environment, project)}.{name}" for name in named]

    def _reached(
        self, principal: str, environment: str, project: str | None, asset: str
    ) -> tuple[Level, Reasons] | None:
        if asset in PERMISSIONS:
            return self._permitted(
                principal, environment, self.objects.of(environment, asset, project), asset
            )
        if asset in ENTITLEMENTS:
            return self._entered(principal, environment)
        if asset == "principals":
            return self._assigned(principal, self.principals.roles_on(f"run-{environment}"))
        if asset in BUDGET_ROLES:
            policy = self.declared.output(ACCOUNT_STACK, f"{environment}_budget_policy_id")
            return self._assigned(principal, self.principals.roles_on_budget(str(policy)))
        return self._privileged(principal, self._wanted(environment, project, asset))

    def _wanted(self, environment: str, project: str | None, asset: str) -> Wanted:
        if project is None:
            where = _SYSTEM.get(asset, METASTORE)
            where = self.catalog(environment) if asset in CATALOG_PRIVILEGES else where
            tables = {**CATALOG_PRIVILEGES, **METASTORE_PRIVILEGES, **SYSTEM_PRIVILEGES}
            return _levels(tables[asset], where)
        found: list[tuple[Level, str, str]] = []
        if asset in SCHEMA_PRIVILEGES:
            found += _levels(SCHEMA_PRIVILEGES[asset], self.schema(environment, project))
        if asset in METRICS_PRIVILEGES:
            found += _levels(METRICS_PRIVILEGES[asset], self.schema(environment, project, metrics=True))
        for model in self.models(environment, project) if asset in MODEL_PRIVILEGES else []:
            found += _levels(MODEL_PRIVILEGES[asset], model)
        for table in self.tables(environment, project, asset) if asset in TABLE_PRIVILEGES else []:
            found += _levels(TABLE_PRIVILEGES[asset], table)
        return found

    def _privileged(self, principal: str, wanted: Wanted) -> tuple[Level, Reasons] | None:
        reached: tuple[Level, Reasons] | None = None
        reasons: list[Reason] = []
        for level in LEVELS:
            privileges = [(name, where) for at, name, where in wanted if at == level]
            why = [self.privileges.why(principal, name, where) for name, where in privileges]
            if None in why:
                break
            reasons += [reason for each in why if each for reason in each]
            reached = (level, tuple(dict.fromkeys(reasons))) if privileges else reached
        return reached

    def _permitted(
        self, principal: str, environment: str, objects: Sequence[WorkspaceObject], asset: str
    ) -> tuple[Level, Reasons] | None:
        """What is reached on every object of the kind; an admin of the workspace manages all of them.

        The reasons are of all the objects: none of them gives the right alone.
        """
        role = self.workspaces.role(principal, environment)
        if role and role[0] == "ADMIN":
            return levels_of(asset)[-1], role[1]
        each = [self.permission(principal, item, asset) for item in objects]
        reached = [item for item in each if item]
        if not reached or None in each:
            return None
        least = min((level for level, _ in reached), key=LEVELS.index)
        return least, tuple(dict.fromkeys(reason for _, why in reached for reason in why))

    def permissions(self, principal: str, item: WorkspaceObject) -> list[tuple[str, Reasons]]:
        """All permissions that somebody has on one object, as Databricks names them, known here or not."""
        identities = self.workspaces.identities(principal, item.environment)
        return [
            (item.granted[identity][0], (*memberships, item.granted[identity][1]))
            for identity, memberships in identities.items()
            if identity in item.granted
        ]

    def permission(self, principal: str, item: WorkspaceObject, asset: str) -> tuple[Level, Reasons] | None:
        """What somebody has reached on one object, by its permissions."""
        levels = {**{name: level for level, name in PERMISSIONS[asset].items()}, **_OWNER}
        found: list[tuple[Level, Reasons]] = [
            (levels[name], why) for name, why in self.permissions(principal, item) if name in levels
        ]
        return max(found, key=lambda each: LEVELS.index(each[0]), default=None)

    def _entered(self, principal: str, environment: str) -> tuple[Level, Reasons] | None:
        role = self.workspaces.role(principal, environment)
        if role is None:
            return None
        if role[0] == "ADMIN":
            return "manage", role[1]
        entitled = self.workspaces.entitlements(principal, environment)
        best: tuple[Level, Reasons] | None = None
        for name, level in _WORKSPACE.items():
            if name in entitled:
                best = (level, (*role[1], *entitled[name]))
        return best

    def _assigned(
        self, principal: str, roles: Mapping[str, tuple[Level, Reason]]
    ) -> tuple[Level, Reasons] | None:
        """The highest role of those that somebody has, by itself or through a group."""
        found: list[tuple[Level, Reasons]] = [
            (roles[identity][0], (*memberships, roles[identity][1]))
            for identity, memberships in self.principals.identities(principal).items()
            if identity in roles
        ]
        return max(found, key=lambda each: LEVELS.index(each[0]), default=None)


def _levels(by_level: Mapping[Level, Sequence[str]], where: str) -> list[tuple[Level, str, str]]:
    return [(level, name, where) for level, names in by_level.items() for name in names]
