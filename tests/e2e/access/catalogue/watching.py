"""What people look at: alerts, dashboards, Git folders."""

from __future__ import annotations

from functools import partial

from databricks.sdk.errors import ResourceConflict
from databricks.sdk.service.dashboards import Dashboard
from databricks.sdk.service.sql import AlertV2

from infra.config.settings import AllSettings
from infra.constructs import naming
from tests.e2e.access.hand import Hand
from tests.e2e.access.operations import Operation


def _alert(hand: Hand) -> AlertV2:
    name = naming.alert(hand.project, next(name for name, alert in hand.names.project.alerts if alert))
    return next(found for found in hand.maker.alerts_v2.list_alerts() if found.display_name == name)


def _see_alert(hand: Hand) -> None:
    assert hand.sdk.alerts_v2.get_alert(str(_alert(hand).id)).display_name


def _edit_alert(hand: Hand) -> None:
    """Give the alert the summary that it has."""
    found = _alert(hand)
    hand.sdk.alerts_v2.update_alert(str(found.id), found, update_mask="custom_summary")


def _share_alert(hand: Hand) -> None:
    assert hand.sdk.permissions.get("alertsv2", str(_alert(hand).id)).access_control_list


def _dashboard(hand: Hand) -> str:
    found = next(found for found in hand.maker.lakeview.list() if found.display_name == hand.project)
    return str(found.dashboard_id)


def _see_dashboard(hand: Hand) -> None:
    assert hand.sdk.lakeview.get(_dashboard(hand)).serialized_dashboard


def _see_published(hand: Hand) -> None:
    assert hand.sdk.lakeview.get_published(_dashboard(hand)).display_name


def _edit_dashboard(hand: Hand) -> None:
    """Change a revision that there never was: who may change the dashboard learns of a newer one."""
    try:
        hand.sdk.lakeview.update(_dashboard(hand), Dashboard(display_name=hand.mine, etag="0" * 32))
    except ResourceConflict:
        return


def _share_dashboard(hand: Hand) -> None:
    assert hand.sdk.permissions.get("dashboards", _dashboard(hand)).access_control_list


def _repo(hand: Hand) -> int:
    found = next(iter(hand.maker.repos.list(path_prefix=hand.names.git_folder)))
    return int(found.id or 0)


def _see_git_folder(hand: Hand) -> None:
    assert hand.sdk.repos.get(_repo(hand)).url


def _list_git_folder(hand: Hand) -> None:
    assert list(hand.sdk.workspace.list(hand.names.git_folder))


def _pull(hand: Hand) -> None:
    """Have the newest commit of the branch that the Git folder is on."""
    found = hand.maker.repos.get(_repo(hand))
    hand.sdk.repos.update(_repo(hand), branch=found.branch)


def _share_git_folder(hand: Hand) -> None:
    assert hand.sdk.permissions.get("repos", str(_repo(hand))).access_control_list


def _watched(settings: AllSettings, _: str, project: str) -> bool:
    return any(alert for _, alert in settings.projects[project].alerts)


def _cloned(settings: AllSettings, environment: str, _: str) -> bool:
    return settings.environments[environment].git_folders and settings.destination.repository is not None


alerts = partial(Operation, asset="alerts", door="rest", or_=("admin",), exists=_watched)
dashboards = partial(Operation, asset="dashboards", door="rest", or_=("admin",))
git_folders = partial(Operation, asset="git_folders", door="rest", or_=("admin",), exists=_cloned)

OPERATIONS: tuple[Operation, ...] = (
    alerts(level="read", verb="see", attempt=_see_alert),
    alerts(level="write", verb="edit", attempt=_edit_alert, also=(("principals", "use"),)),
    alerts(level="manage", verb="share", attempt=_share_alert),
    dashboards(level="read", verb="see", attempt=_see_dashboard),
    dashboards(level="read", verb="see-published", attempt=_see_published),
    dashboards(level="write", verb="edit", attempt=_edit_dashboard, also=(("workspace", "use"),)),
    dashboards(level="manage", verb="share", attempt=_share_dashboard),
    git_folders(level="read", verb="see", attempt=_see_git_folder),
    git_folders(level="read", verb="list", attempt=_list_git_folder),
    git_folders(level="write", verb="pull", attempt=_pull),
    git_folders(level="manage", verb="share", attempt=_share_git_folder),
)
