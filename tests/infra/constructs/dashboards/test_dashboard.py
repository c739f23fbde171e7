"""A project's dashboard shows what its settings have it measured by."""

from __future__ import annotations

from typing import Any

from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.config.monitoring import Alerts
from infra.config.project import Project
from infra.config.settings import AllSettings
from infra.constructs.dashboards.dashboard import ProjectDashboard, project_board
from infra.constructs.folders import ProjectFolder
from infra.constructs.metric_queries import MetricNames
from tests.infra.constructs.dashboards.grid import Grid
from tests.infra.synthesis import Synthesized, synthesize

NAMES = MetricNames("prod", "flights", "flights_metrics")


def declare(project: Project) -> Synthesized:
    """The dashboard of a project, alone."""
    return synthesize(
        lambda stack: ProjectDashboard(
            stack,
            "Dashboard",
            name="flights",
            project=project,
            names=NAMES,
            warehouse_id="w1",
            folder=ProjectFolder(stack, "Folder", path="/Projects/flights", disposable=False),
            permissions=[PermissionsAccessControl(group_name="data-scientists", permission_level="CAN_READ")],
        )
    )


def test_shows_every_side_of_the_project(settings: AllSettings) -> None:
    """A page each, whose widgets stand beside each other and show what they ask for."""
    grid = Grid(project_board(settings.projects["flights"], NAMES).serialize())
    assert grid.pages == ["Quality", "Drift", "Traffic", "Pipeline health"]
    grid.check()
    titles = [widget["spec"]["frame"]["title"] for widget in grid.widgets()]
    for metric in ("Mean absolute error", "Root mean squared error", "R²", "Within 15 minutes"):
        assert metric in titles
    assert "arrival_delay_predictions: within_15_minutes_change" in titles


def test_is_declared_in_the_projects_folder(settings: AllSettings) -> None:
    """Published without anybody's credentials, for those who may read it."""
    made = declare(settings.projects["flights"])
    dashboard = made.one("dashboard")
    assert _without_content(dashboard) == {
        "display_name": "flights",
        "parent_path": "/Projects/flights",
        "warehouse_id": "w1",
        "embed_credentials": False,
    }
    Grid(dashboard["serialized_dashboard"]).check()
    (entry,) = made.one("permissions")["access_control"]
    assert entry == {"group_name": "data-scientists", "permission_level": "CAN_READ"}
    assert "dashboard_id" in made.one("permissions")


def test_leaves_out_what_nobody_is_told_of(settings: AllSettings) -> None:
    """Without alerts on drift and quality there are no limits to show."""
    project = settings.projects["flights"].model_copy(update={"alerts": Alerts()})
    grid = Grid(project_board(project, NAMES).serialize())
    assert grid.pages == ["Traffic", "Pipeline health"]
    grid.check()


def _without_content(dashboard: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in dashboard.items() if key != "serialized_dashboard"}
