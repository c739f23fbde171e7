"""What watches a project: monitors of its tables, alerts on what they find, a dashboard that shows it."""

from __future__ import annotations

from constructs import Construct

from infra.config.access import RUN
from infra.config.monitoring import Monitor
from infra.config.project import Project
from infra.constructs import naming
from infra.constructs.alerts import Evaluation, MetricAlert
from infra.constructs.dashboards.dashboard import ProjectDashboard
from infra.constructs.folders import ProjectFolder
from infra.constructs.grants import Grants
from infra.constructs.metric_alerts import OPERATIONS, alerts_of
from infra.constructs.metric_queries import MetricNames
from infra.constructs.monitors import TableMonitor
from infra.constructs.place import Place
from infra.constructs.schema import ProjectSchema
from infra.constructs.tables import DeclaredTables


class ProjectMonitoring(Construct):
    """A project's monitors, with a schema of their own for what they compute, its alerts and dashboard."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        place: Place,
        project: Project,
        schema: ProjectSchema,
        tables: DeclaredTables,
        folder: ProjectFolder,
    ) -> None:
        super().__init__(scope, id_)
        self._name, self._place, self._project = name, place, project
        self._tables, self._folder = tables, folder
        self.metrics = self._add_metrics_schema()
        for table, monitor in project.monitors.items():
            self._add_monitor(table, monitor)
        names = MetricNames(catalog=place.catalog, schema=schema.name, metrics_schema=self.metrics.name)
        self._add_alerts(names)
        if OPERATIONS in project.tables:
            self._add_dashboard(names)

    def _add_metrics_schema(self) -> ProjectSchema:
        place = self._place
        metrics = ProjectSchema(
            self,
            "Metrics",
            catalog=place.catalog,
            name=naming.metrics_schema(self._project.schema_name),
            comment=f"What is computed of the tables in {self._project.schema_name}",
            volumes={},
            disposable=True,  # monitors leave their tables when they go, and compute them anew when they come
        )
        Grants(
            self,
            "MetricsGrants",
            securable_type="schema",
            securable=metrics.full_name,
            rights=place.access.metrics_grants(self._name),
            principals=place.principals,
        )
        return metrics

    def _add_dashboard(self, names: MetricNames) -> None:
        ProjectDashboard(
            self,
            "Dashboard",
            name=self._name,
            project=self._project,
            names=names,
            warehouse_id=self._place.warehouse_id,
            folder=self._folder,
            permissions=self._place.permissions("dashboards", self._name),
        )

    def _add_monitor(self, table: str, settings: Monitor) -> None:
        baseline = self._tables.by_name[settings.baseline].id if settings.baseline else None
        TableMonitor(
            self,
            f"Monitor-{table}",
            table=self._tables.by_name[table].id,
            settings=settings,
            baseline=baseline,
            metrics_schema=self.metrics.full_name,
            folder=f"{self._folder.path}/monitors/{table}",
            schedule=self._place.schedules.monitors,
            emails=self._place.told.emails,
            after=[self._folder.directory],
        )

    def _add_alerts(self, names: MetricNames) -> None:
        place, told = self._place, self._place.told
        evaluation = Evaluation(
            warehouse_id=place.warehouse_id,
            run_as=place.principals[RUN].name,
            schedule=place.schedules.alerts,
            folder=self._folder.path,
        )
        for alert in alerts_of(self._project, names):
            hook = told.hook if alert.name in self._project.alerts.retraining() else None
            MetricAlert(
                self,
                f"Alert-{alert.name}",
                name=naming.alert(self._name, alert.name),
                summary=f"{{{{ALERT_NAME}}}} is {{{{ALERT_STATUS}}}}: {alert.summary}",
                query=alert.query,
                limit=alert.limit,
                evaluation=evaluation,
                destinations=[destination for destination in (told.people, hook) if destination],
                permissions=place.permissions("alerts", self._name),
            )
