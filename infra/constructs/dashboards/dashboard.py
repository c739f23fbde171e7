"""A project's dashboard, in its folder."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.dashboard import Dashboard
from constructs import Construct

from infra.config.project import Project
from infra.constructs.dashboards.drift import drift_page
from infra.constructs.dashboards.health import health_page
from infra.constructs.dashboards.lakeview import Board
from infra.constructs.dashboards.quality import quality_page
from infra.constructs.dashboards.traffic import traffic_page
from infra.constructs.folders import ProjectFolder
from infra.constructs.metric_queries import MetricNames
from infra.constructs.permissions import AccessControl, permit


class ProjectDashboard(Construct):
    """Quality, drift, traffic and pipeline health, from the tables that alerts are evaluated on.

    Published without its deployer's credentials: who looks at it needs to be able to read the tables.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        project: Project,
        names: MetricNames,
        warehouse_id: str,
        folder: ProjectFolder,
        permissions: AccessControl,
    ) -> None:
        super().__init__(scope, id_)
        dashboard = Dashboard(
            self,
            "Dashboard",
            display_name=name,
            parent_path=folder.path,
            warehouse_id=warehouse_id,
            serialized_dashboard=project_board(project, names).serialize(),
            embed_credentials=False,
        )
        self.id = dashboard.id
        self.path = dashboard.path
        permit(self, permissions, dashboard=dashboard.id)


def project_board(project: Project, names: MetricNames) -> Board:
    """The pages that a project's settings give something to show on."""
    pages = (
        quality_page(project, names),
        drift_page(project, names),
        traffic_page(project, names),
        health_page(names),
    )
    return Board(tuple(page for page in pages if page is not None))
