"""What a workspace has of what an environment's stack declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound
from databricks.sdk.service.dashboards import Dashboard
from databricks.sdk.service.sql import AlertV2

from infra.adoption.declarations import Declaration, Found
from infra.adoption.lookups import WorkspaceLookup, only
from infra.declared.permitted import PERMITTED

Filed = TypeVar("Filed", AlertV2, Dashboard)


def _in_folder(shown: Iterable[Filed], declared: Declaration) -> Filed | None:
    """The one that is in the folder where it is declared: names are free in a workspace, paths are not."""
    folder = declared["parent_path"]
    return only(shown, lambda item: (item.parent_path or "").removeprefix("/Workspace") == folder, declared)


def _alert(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    listed = workspace.alerts_v2.list_alerts()
    named = [item.id or "" for item in listed if item.display_name == declared["display_name"]]
    alert = _in_folder(map(workspace.alerts_v2.get_alert, named), declared)
    return Found(alert.id or "") if alert else None


def _cluster_policy(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    policy = only(workspace.cluster_policies.list(), lambda item: item.name == declared["name"], declared)
    return Found(policy.policy_id or "") if policy else None


def _dashboard(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    listed = workspace.lakeview.list()
    named = [item.dashboard_id or "" for item in listed if item.display_name == declared["display_name"]]
    found = _in_folder(map(workspace.lakeview.get, named), declared)
    return Found(found.dashboard_id or "") if found else None


def _destination(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    name = declared["display_name"]
    found = only(workspace.notification_destinations.list(), lambda item: item.display_name == name, declared)
    return Found(found.id or "") if found else None


def _directory(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    try:
        workspace.workspace.get_status(declared["path"])
    except NotFound:
        return None
    return Found(declared["path"])


def _entitlements(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    """Whoever is in a workspace has some entitlements, if only none."""
    try:
        if group := declared.get("group_id"):
            workspace.groups.get(group)
            return Found(f"group/{group}")
        workspace.service_principals.get(declared["service_principal_id"])
    except NotFound:
        return None
    return Found(f"spn/{declared['service_principal_id']}")


def _experiment(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    try:
        answer = workspace.experiments.get_by_name(declared["name"])
    except NotFound:
        return None
    experiment = answer.experiment
    return Found(experiment.experiment_id or "") if experiment else None


def _group(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    name = declared["display_name"]
    groups = workspace.groups.list(filter=f'displayName eq "{name}"')
    group = only(groups, lambda item: item.display_name == name, declared)
    return Found(group.id or "") if group else None


def _job(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    job = only(workspace.jobs.list(name=declared["name"]), lambda _: True, declared)
    return Found(str(job.job_id)) if job else None


def _me(workspace: WorkspaceClient, _declared: Declaration) -> Found | None:
    return Found(workspace.current_user.me().id or "")


def _permissions(_workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    """Every object has permissions: they exist where it does."""
    (attribute,) = [attribute for attribute in PERMITTED if declared.get(attribute)]
    return Found(f"/{PERMITTED[attribute].path}/{declared[attribute]}")


def _repo(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    path = declared["path"]
    repo = only(workspace.repos.list(path_prefix=path), lambda item: item.path == path, declared)
    return Found(str(repo.id)) if repo else None


def _secret_acl(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    scope, principal = declared["scope"], declared["principal"]
    try:
        workspace.secrets.get_acl(scope, principal)
    except NotFound:
        return None
    return Found(f"{scope}|||{principal}")


def _secret_scope(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    scope = only(workspace.secrets.list_scopes(), lambda item: item.name == declared["name"], declared)
    return Found(scope.name or "") if scope else None


def _serving(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    try:
        endpoint = workspace.serving_endpoints.get(declared["name"])
    except NotFound:
        return None
    return Found(endpoint.name or "", {"serving_endpoint_id": endpoint.id or ""})


def _warehouse(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    name = declared["name"]
    warehouse = only(workspace.warehouses.list(), lambda item: item.name == name, declared)
    return Found(warehouse.id or "") if warehouse else None


WORKSPACE_LOOKUPS: Mapping[str, WorkspaceLookup] = {
    "databricks_alert_v2": _alert,
    "databricks_cluster_policy": _cluster_policy,
    "databricks_dashboard": _dashboard,
    "databricks_directory": _directory,
    "databricks_entitlements": _entitlements,
    "databricks_job": _job,
    "databricks_mlflow_experiment": _experiment,
    "databricks_model_serving": _serving,
    "databricks_notification_destination": _destination,
    "databricks_permissions": _permissions,
    "databricks_repo": _repo,
    "databricks_secret_acl": _secret_acl,
    "databricks_secret_scope": _secret_scope,
    "databricks_sql_endpoint": _warehouse,
    "data.databricks_current_user": _me,
    "data.databricks_group": _group,
}
