"""An environment: its catalog, warehouse and access, and its ML projects."""

from __future__ import annotations

from cdktf import TerraformStack
from cdktf_cdktf_provider_databricks.provider import DatabricksProvider
from constructs import Construct

from infra.config.access import DEPLOY
from infra.config.destination import ACCOUNT_STACK
from infra.config.settings import AllSettings
from infra.config.wheel import Wheel
from infra.constructs import naming
from infra.constructs.catalog import IsolatedCatalog
from infra.constructs.compute import ComputePolicy
from infra.constructs.entitlements import WorkspaceEntitlements
from infra.constructs.entity_tags import EntityTags
from infra.constructs.environment_jobs import environment_jobs
from infra.constructs.grants import Grants
from infra.constructs.notifications import NotificationDestinations, Told
from infra.constructs.outputs import AccountOutputs, tell
from infra.constructs.permissions import access_control
from infra.constructs.place import Place
from infra.constructs.project import MlProject
from infra.constructs.protection import protect
from infra.constructs.state import keep_state, read_state
from infra.constructs.storage import Storage
from infra.constructs.warehouse import Warehouse


class EnvironmentStack(TerraformStack):
    """One environment, whole; all differences between environments are its settings'."""

    def __init__(self, scope: Construct, name: str, *, settings: AllSettings, wheel: Wheel) -> None:
        super().__init__(scope, name)
        destination = settings.destination
        keep_state(self, state=destination.state, name=name)
        self._name, self._environment, self._settings = name, settings.environments[name], settings
        self._access = settings.access(name)
        self._account = AccountOutputs(
            read_state(self, "Account", state=destination.state, name=ACCOUNT_STACK)
        )
        self._principals = self._account.principals(
            name, groups=settings.account.all_groups, environments=settings.environments
        )
        host = self._account.workspace_host(name)
        DatabricksProvider(self, "Workspace", host=host, profile=destination.profile(name))
        WorkspaceEntitlements(
            self, "Entitlements", rights=self._access.entitlements(), principals=self._principals
        )
        self._add_compute_policies()
        place = self._add_place()
        projects = {
            project: MlProject(
                self,
                project,
                place=place,
                project=definition,
                values=self._environment.projects[project],
                wheel=wheel,
            )
            for project, definition in settings.projects_of(name).items()
        }
        self._tell(host, place, projects)
        if not self._environment.catalog.disposable:
            protect(self, unprotected=self._environment.unprotected, file=f"{name}.yaml")

    def _add_place(self) -> Place:
        return Place(
            environment=self._name,
            catalog=self._add_catalog(),
            disposable=self._environment.catalog.disposable,
            warehouse_id=self._add_warehouse().id,
            tags=self._environment.tags,
            budget_policy=self._budget_policy(),
            access=self._access,
            principals=self._principals,
            told=self._add_destinations(),
            schedules=self._environment.schedules,
            champion_catalog=self._settings.champion_catalog(self._name),
            repository=self._settings.destination.repository if self._environment.git_folders else None,
            jobs=environment_jobs(self._settings, self._name),
            arrivals=self._settings.arrivals(self._name),
        )

    def _budget_policy(self) -> str | None:
        """What serverless compute is billed under: what the account's stack made, or one that exists."""
        if budget := self._environment.budget:
            return budget.policy_id or self._account.budget_policy(self._name)
        return None

    def _add_compute_policies(self) -> None:
        policies = self._environment.compute_policies
        for kind, settings in (("job", policies.job), ("interactive", policies.interactive)):
            if settings:
                ComputePolicy(
                    self,
                    f"Compute-{kind}",
                    name=naming.compute_policy(self._name, kind),
                    settings=settings,
                    tags=naming.tags(self._name, self._environment.tags),
                    projects=list(self._environment.projects),
                    permissions=access_control(self._access.permissions("compute"), self._principals),
                )

    def _add_destinations(self) -> Told:
        notifications = self._environment.notifications
        return NotificationDestinations(
            self,
            "Notifications",
            environment=self._name,
            emails=notifications.emails,
            hook=self._settings.destination.hook(self._name, notifications.retraining_hook),
        ).told

    def _add_catalog(self) -> str:
        readers = self._environment.catalog.read_only_in
        writers = {arrival.source for arrival in self._settings.arrivals(self._name).values()}
        catalog = IsolatedCatalog(
            self,
            "Catalog",
            settings=self._environment.catalog,
            comment=f"Everything of {self._name}",
            readers={reader: self._account.workspace_id(reader) for reader in readers},
            writers={writer: self._account.workspace_id(writer) for writer in sorted(writers)},
            storage=self._add_storage(),
        )
        EntityTags(
            self,
            "CatalogTags",
            entity_type="catalogs",
            entity=catalog.name,
            tags=self._environment.catalog.entity_tags,
        )
        grants = Grants(
            self,
            "CatalogGrants",
            securable_type="catalog",
            securable=catalog.name,
            rights=self._access.catalog_grants(exists=self._environment.catalog.exists),
            principals=self._principals,
        )
        if self._environment.catalog.exists:
            # What is in it comes after the deployer's grant, and goes before it.
            return grants.by_principal[DEPLOY].catalog
        return catalog.name

    def _add_storage(self) -> Storage | None:
        settings = self._environment.storage
        if settings is None:
            return None
        storage = Storage(self, "Storage", name=naming.storage(self._name), settings=settings)
        for name, value in storage.identity.items():
            tell(self, f"storage_{name}", value)
        return storage

    def _add_warehouse(self) -> Warehouse:
        return Warehouse(
            self,
            "Warehouse",
            name=naming.warehouse(self._name),
            settings=self._environment.warehouse,
            tags=naming.tags(self._name, self._environment.tags),
            permissions=access_control(self._access.permissions("warehouses"), self._principals),
        )

    def _tell(self, host: str, place: Place, projects: dict[str, MlProject]) -> None:
        tell(self, "host", host)
        tell(self, "catalog", place.catalog)
        tell(self, "warehouse_id", place.warehouse_id)
        for name, project in projects.items():
            tell(self, f"{name}_model", project.model.full_name)
            if project.endpoint:
                tell(self, f"{name}_endpoint", project.endpoint.name)
            for job in project.jobs:
                tell(self, f"{name}_{job}_job_id", project.jobs[job].id)
