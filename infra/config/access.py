"""The access matrix and what it means: pure, so that it can be read, tested and reviewed alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ConfigDict, RootModel

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
    PRINCIPAL_ROLES,
    SCHEMA_PRIVILEGES,
    SYSTEM_PRIVILEGES,
    TABLE_PRIVILEGES,
    TAKING_OVER,
    Level,
    assets_of_projects,
)

EVERYWHERE = "every"
RUN, DEPLOY, RETRAIN = "run", "deploy", "retrain"
ROLES = (RUN, DEPLOY, RETRAIN)  # an environment's own service principals


def run_of(environment: str) -> str:
    """The word for who another environment's jobs run as."""
    return f"{RUN}-{environment}"


Rights = Mapping[str, tuple[str, ...]]
Table = Mapping[str, Mapping[Level, tuple[str, ...]]]


class AccessMatrix(RootModel[dict[str, dict[str, dict[Level, tuple[str, ...]]]]]):
    """Who may, where, up to which level, what."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class EnvironmentAccess:
    """The rights in one environment, by who has them: a group's name, `run` or `deploy`."""

    matrix: AccessMatrix
    environment: str
    projects: Sequence[str]
    snapshots: Mapping[str, str] = field(default_factory=dict)  # by project: the environment they come from

    def speaks_of(self, who: str, project: str) -> bool:
        """Whether anything of a project is given to somebody here."""
        rows = [self.matrix.root.get(who, {}).get(place, {}) for place in self._places(project)]
        given = {asset for row in rows for assets in row.values() for asset in assets}
        return not given.isdisjoint(assets_of_projects()) or who == run_of(self.snapshots.get(project, ""))

    def metastore_grants(self) -> Rights:
        """Privileges on the metastore."""
        return self._collect(METASTORE_PRIVILEGES)

    def system_grants(self, schema: str) -> Rights:
        """Privileges on a schema of Databricks' system tables, such as `serving`."""
        asset = "audit" if schema == AUDIT_SCHEMA else "system"
        grants = self._collect({asset: SYSTEM_PRIVILEGES[asset]})
        return {who: ("USE_SCHEMA", *privileges) for who, privileges in grants.items()}

    def system_catalog_grants(self, schemas: Iterable[str]) -> Rights:
        """Privileges on the catalog of these schemas: who may read one of them can reach it."""
        return {who: ("USE_CATALOG",) for schema in schemas for who in self.system_grants(schema)}

    def catalog_grants(self, *, exists: bool = False) -> Rights:
        """Privileges on the catalog; who has a right inside it can reach it.

        exists: others own it, so that its deployer needs to be told what an owner may anyway.
        """
        grants = dict(self._collect(CATALOG_PRIVILEGES))
        for project in self.projects:
            within = (self.schema_grants, self.metrics_grants, self.snapshot_grants)
            for who in {who: True for grants_of in within for who in grants_of(project)}:
                grants[who] = tuple(dict.fromkeys(("USE_CATALOG", *grants.get(who, ()))))
        if exists:
            grants[DEPLOY] = tuple(dict.fromkeys(("USE_CATALOG", *grants.get(DEPLOY, ()), *TAKING_OVER)))
        return grants

    def schema_grants(self, project: str) -> Rights:
        """Privileges on a project's schema, which its tables, models and volumes inherit.

        Who has a right on some of its tables alone can reach it.
        """
        grants = self._collect(SCHEMA_PRIVILEGES, project)
        within = self._collect(TABLE_PRIVILEGES, project)
        whos = [who for who in self._whos() if who in grants or who in within]
        return {who: ("USE_SCHEMA", *grants.get(who, ())) for who in whos}

    def table_grants(self, project: str, assets: Iterable[str]) -> Rights:
        """Privileges on a table that is of these assets, where they are not those of the project's schema."""
        inherited = self.schema_grants(project)
        own = self._collect({asset: TABLE_PRIVILEGES[asset] for asset in assets}, project)
        added = {
            who: tuple(name for name in dict.fromkeys(names) if name not in inherited[who])
            for who, names in own.items()
        }
        return {who: names for who, names in added.items() if names}

    def metrics_grants(self, project: str) -> Rights:
        """Privileges on the schema of a project's metric tables."""
        grants = self._collect(METRICS_PRIVILEGES, project)
        return {who: ("USE_SCHEMA", *privileges) for who, privileges in grants.items()}

    def snapshot_grants(self, project: str) -> Rights:
        """Privileges on the schema of a project's snapshots, for who reads its data and who fills them."""
        if project not in self.snapshots:
            return {}
        some = self._collect(TABLE_PRIVILEGES, project)
        grants = {
            who: tuple(name for name in names if name in {"USE_SCHEMA", "SELECT"})
            for who, names in self.schema_grants(project).items()
            if "SELECT" in names or who in some
        }
        return grants | {run_of(self.snapshots[project]): ("USE_SCHEMA", "SELECT", "MODIFY")}

    def snapshot_table_grants(self, project: str, assets: Iterable[str]) -> Rights:
        """Privileges on the snapshot of a table that is of these assets, where its schema's give none."""
        grants = self.table_grants(project, assets)
        return {who: ("SELECT",) for who, names in grants.items() if "SELECT" in names}

    def model_grants(self, project: str) -> Rights:
        """Privileges on a project's registered model itself."""
        return self._collect(MODEL_PRIVILEGES, project)

    def permissions(self, asset: str, project: str | None = None) -> Mapping[str, str]:
        """The permission level of each on the objects of a kind, as Databricks names it."""
        names = PERMISSIONS[asset]
        rights: dict[str, str] = {}
        for who in self._whos():
            reached = [names[level] for level in self._reached(who, asset, project) if level in names]
            if reached:
                rights[who] = reached[-1]
        return rights

    def entitlements(self) -> Rights:
        """What each may do in the workspace; admins, who may do everything, are left out."""
        admins = {who for who, role in self.assignments().items() if role == "ADMIN"}
        rights = self._collect(ENTITLEMENTS)
        return {who: names for who, names in rights.items() if who not in admins}

    def assignments(self) -> Mapping[str, str]:
        """Who is a USER or an ADMIN of the workspace."""
        reached = {who: self._reached(who, "workspace", None) for who in self._whos()}
        return {who: "ADMIN" if "manage" in levels else "USER" for who, levels in reached.items() if levels}

    def workers(self) -> list[str]:
        """Who has compute in the workspace."""
        return [who for who in self._whos() if "use" in self._reached(who, "workspace", None)]

    def roles(self) -> Rights:
        """Roles on the principal that the jobs run as."""
        return self._collect(PRINCIPAL_ROLES)

    def budget_roles(self) -> Rights:
        """Roles on the budget policy that serverless compute is billed under."""
        return self._collect(BUDGET_ROLES)

    def _places(self, project: str | None) -> list[str]:
        return [EVERYWHERE, self.environment, f"{self.environment}/{project}"]

    def _whos(self) -> list[str]:
        return list(self.matrix.root)

    def _collect(self, table: Table, project: str | None = None) -> Rights:
        rights: dict[str, tuple[str, ...]] = {}
        for who in self._whos():
            names = [
                name
                for asset, by_level in table.items()
                for level in self._reached(who, asset, project)
                for name in by_level.get(level, ())
            ]
            if names:
                rights[who] = tuple(names)
        return rights

    def _reached(self, who: str, asset: str, project: str | None) -> tuple[Level, ...]:
        """The levels that someone has reached for an asset, lowest first."""
        rows = [self.matrix.root[who].get(place, {}) for place in self._places(project)]
        given = [level for row in rows for level, assets in row.items() if asset in assets]
        highest = max((LEVELS.index(level) + 1 for level in given), default=0)
        return LEVELS[:highest]
