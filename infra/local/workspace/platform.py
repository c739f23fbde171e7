"""The composition root of the local account: builds the services, wires them, opens the ports."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from infra.local.workspace.account.model import Account
from infra.local.workspace.account.routes import routes as account_routes
from infra.local.workspace.alerts.model import Alerts
from infra.local.workspace.alerts.principals import RunAs
from infra.local.workspace.alerts.routes import routes as alert_routes
from infra.local.workspace.app import SiteApplication
from infra.local.workspace.audit.table import AuditTable
from infra.local.workspace.audit.trail import Trail
from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.catalog.routes import routes as catalog_routes
from infra.local.workspace.cluster_policies.model import ClusterPolicies
from infra.local.workspace.cluster_policies.routes import routes as cluster_policy_routes
from infra.local.workspace.dashboards.model import Dashboards
from infra.local.workspace.dashboards.routes import routes as dashboard_routes
from infra.local.workspace.engine.model import Engine
from infra.local.workspace.files.model import Files
from infra.local.workspace.files.routes import routes as files_routes
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import ACCOUNT_SITE, Tokens
from infra.local.workspace.jobs.model import Jobs
from infra.local.workspace.jobs.routes import routes as job_routes
from infra.local.workspace.listeners import Listeners
from infra.local.workspace.mlflow.model import Mlflow
from infra.local.workspace.mlflow.routes import routes as mlflow_routes
from infra.local.workspace.monitors.model import Monitors
from infra.local.workspace.monitors.routes import routes as monitor_routes
from infra.local.workspace.notifications.model import Notifications
from infra.local.workspace.notifications.routes import routes as notification_routes
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.permissions.routes import routes as permission_routes
from infra.local.workspace.repos.model import Repos
from infra.local.workspace.repos.routes import routes as repo_routes
from infra.local.workspace.routing import Route
from infra.local.workspace.scheduling.agenda import Agenda
from infra.local.workspace.scheduling.clock import WorkspaceClock
from infra.local.workspace.scheduling.routes import routes as clock_routes
from infra.local.workspace.scim.model import Scim
from infra.local.workspace.scim.routes import routes as scim_routes
from infra.local.workspace.secrets.model import Secrets
from infra.local.workspace.secrets.routes import routes as secret_routes
from infra.local.workspace.serving.inference_tables import InferenceTables
from infra.local.workspace.serving.model import Serving
from infra.local.workspace.serving.models import Models
from infra.local.workspace.serving.routes import routes as serving_routes
from infra.local.workspace.serving.served_entities import ServedEntities
from infra.local.workspace.sql.model import Sql
from infra.local.workspace.sql.routes import routes as sql_routes
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree.model import Tree
from infra.local.workspace.tree.routes import routes as tree_routes

FIRST_PRINCIPAL = "first-principal"


@dataclass(frozen=True)
class Credentials:
    """An OAuth client of the account."""

    client_id: str
    client_secret: str


class LocalAccount:
    """A Databricks account with its workspaces, kept in one folder, served on loopback.

    Starting it on a folder that was used before brings everything back as it was answered.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.store = Store(self.folder / "store.db")
        self._settings = self.store.collection("settings")
        self.account_id = self._read_account_id()
        self.directory = Directory(self.store)
        self.tokens = Tokens(self.store)
        self.listeners = Listeners(self.store)
        self.clock = WorkspaceClock(self.store)
        self.agenda = Agenda()
        self._routes: list[Route] = clock_routes(self.clock, self.agenda)
        self.account = Account(
            self.store,
            self.directory,
            self.tokens,
            account_id=self.account_id,
            open_workspace=self.open_workspace,
            close_workspace=self.close_workspace,
        )
        self._routes += account_routes(self.account, self.directory)
        self.scim = Scim(self.store, self.directory, on_created=self.account.rule_sets.created)
        self.account.workspaces.on_unassigned.append(self.scim.entitlements.forget)
        self._routes += scim_routes(self.scim)
        self.permissions = Permissions(self.store, self.directory)
        self._routes += permission_routes(self.permissions)
        self._routes += cluster_policy_routes(ClusterPolicies(self.store, self.permissions))
        self.notifications = Notifications(self.store, self.folder, name_workspace=self._name_workspace)
        self._routes += notification_routes(self.notifications.destinations)
        self.tree = Tree(self.store, self.directory, self.permissions)
        self.account.workspaces.on_created.append(self.tree.prepare)
        self._routes += tree_routes(self.tree)
        dashboards = Dashboards(
            self.store,
            permissions=self.permissions,
            tree=self.tree,
            is_entitled=self.scim.entitlements.has,
        )
        self._routes += dashboard_routes(dashboards)
        repos = Repos(self.store, self.folder / "repos", permissions=self.permissions, tree=self.tree)
        self._routes += repo_routes(repos)
        self.secrets = Secrets(self.store, self.directory)
        self._routes += secret_routes(self.secrets)
        self.catalog = UnityCatalog(
            self.store, self.directory, folder=self.folder, metastore_of=self.account.metastore_of
        )
        self._routes += catalog_routes(self.catalog)
        self._trail = Trail(self.store, account_id=self.account_id)
        self._audit = AuditTable(self.catalog, self._trail)
        self.files = Files(self.folder)
        self.files.mount("/Volumes", self.catalog.open_volume, root_levels=3)
        self._routes += files_routes(self.files)
        self.mlflow = Mlflow(
            self.store,
            self.folder / "mlflow",
            catalog=self.catalog,
            permissions=self.permissions,
            tree=self.tree,
        )
        self.mlflow.mount(self.files)
        # Before the catalog's own routes: models are shown with their aliases.
        self._routes[:0] = mlflow_routes(self.mlflow, self.catalog)
        models = Models(
            self.folder / "serving",
            directory=self.directory,
            catalog=self.catalog,
            mlflow=self.mlflow,
            read_secret=self.secrets.get,
        )
        self.serving = Serving(
            self.store,
            permissions=self.permissions,
            models=models,
            tables=InferenceTables(self.directory, self.catalog),
            entities=ServedEntities(self.catalog, account_id=self.account_id),
            require_budget=self.account.budget_policies.require_use,
        )
        self._routes += serving_routes(self.serving)
        self.engine = Engine(
            directory=self.directory,
            tokens=self.tokens,
            catalog=self.catalog,
            trail=self._trail,
            listeners=self.listeners,
            folder=self.folder,
        )
        self.sql = Sql(
            self.store,
            engine=self.engine,
            permissions=self.permissions,
            listeners=self.listeners,
            is_entitled=self.scim.entitlements.has,
        )
        self._routes += sql_routes(self.sql)
        self._add_what_runs_by_the_clock()

    @property
    def host(self) -> str:
        """The account's URL."""
        return self.listeners.url(ACCOUNT_SITE)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Everything that is answered, at the account or at a workspace."""
        return tuple(self._routes)

    def start(self) -> None:
        """Answer on the account's port and on every workspace's."""
        self.notifications.start()
        self._audit.start()
        self.engine.start()
        self.sql.start()
        self.serving.start()
        self._open(ACCOUNT_SITE, None)
        for workspace in self.store.collection("workspaces").all():
            self.open_workspace(workspace["workspace_id"])
        self.jobs.start()
        self.monitors.start()
        self.alerts.start()

    def stop(self) -> None:
        """Close the ports and everything that runs behind them."""
        self.alerts.stop()
        self.monitors.stop()
        self.jobs.stop()
        self.sql.stop()
        self.engine.stop()
        self.notifications.stop()
        self.listeners.close_all()
        self._audit.stop()
        self.serving.stop()
        self.mlflow.stop()
        self.store.close()

    def open_workspace(self, workspace_id: int) -> str:
        """Serve a workspace; returns its URL."""
        self.engine.open_workspace(workspace_id)
        return self._open(str(workspace_id), workspace_id)

    def close_workspace(self, workspace_id: int) -> None:
        """Stop serving a workspace that is deleted, and give up its port."""
        self.alerts.close_workspace(workspace_id)
        self.monitors.close_workspace(workspace_id)
        self.jobs.close_workspace(workspace_id)
        self.notifications.destinations.forget_workspace(workspace_id)
        self.serving.close_workspace(workspace_id)
        self.engine.forget_workspace(workspace_id)
        self.listeners.close(str(workspace_id))
        self.listeners.forget(str(workspace_id))

    def first_principal(self) -> Credentials:
        """The account admin that deploys the first stack: a new OAuth secret for it at each call."""
        document = self._first_principal_document()
        secret, _ = self.tokens.create_secret(document["id"])
        return Credentials(document["applicationId"], secret)

    def _add_what_runs_by_the_clock(self) -> None:
        self.jobs = Jobs(
            self.store,
            self.folder,
            directory=self.directory,
            tokens=self.tokens,
            permissions=self.permissions,
            rule_sets=self.account.rule_sets,
            budget_policies=self.account.budget_policies,
            volumes=self.catalog,
            engine=self.engine,
            notifications=self.notifications,
            workspace_url=lambda workspace_id: self.listeners.url(str(workspace_id)),
            clock=self.clock,
        )
        self.agenda.add(self.jobs.due)
        self.monitors = Monitors(
            self.store,
            directory=self.directory,
            catalog=self.catalog,
            engine=self.engine,
            notifications=self.notifications,
            clock=self.clock,
        )
        self.agenda.add(self.monitors.due)
        self._routes += monitor_routes(self.monitors)
        self._routes += job_routes(self.jobs)
        self.alerts = Alerts(
            self.store,
            clock=self.clock,
            permissions=self.permissions,
            tree=self.tree,
            sql=self.sql,
            notifications=self.notifications,
            run_as=RunAs(self.directory, self.account.rule_sets),
            workspace_url=lambda workspace_id: self.listeners.url(str(workspace_id)),
            is_entitled=self.scim.entitlements.has,
        )
        self.agenda.add(self.alerts.due)
        self._routes += alert_routes(self.alerts)

    def _name_workspace(self, workspace_id: int) -> str:
        workspace = self.store.collection("workspaces").get(str(workspace_id))
        name = workspace["workspace_name"] if workspace else "deleted"
        return f"{name} ({workspace_id}), {self.listeners.url(str(workspace_id))}"

    def _first_principal_document(self) -> Document:
        for document in self.directory.all("service_principal"):
            if document["displayName"] == FIRST_PRINCIPAL:
                return document
        fields = {"displayName": FIRST_PRINCIPAL, "roles": ["account_admin"]}
        return self.directory.create("service_principal", fields)

    def _read_account_id(self) -> str:
        document = self._settings.get("account") or self._settings.put("account", {"id": str(uuid.uuid4())})
        return str(document["id"])

    def _open(self, site: str, workspace_id: int | None) -> str:
        application = SiteApplication(
            self._routes,
            self.directory,
            self.tokens,
            self._trail,
            account_id=self.account_id,
            workspace_id=workspace_id,
        )
        return self.listeners.open(site, application.asgi)
