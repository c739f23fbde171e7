"""Permissions on workspace objects; who makes an object owns it and is not listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_databricks.permissions import Permissions, PermissionsAccessControl
from constructs import Construct

from infra.constructs.principals import Principal

AccessControl = Sequence[PermissionsAccessControl]


def access_control(levels: Mapping[str, str], principals: Mapping[str, Principal]) -> AccessControl:
    """The access control list for the permission level of each."""
    return [_entry(principals[who], level) for who, level in levels.items()]


def permit(
    scope: Construct,
    entries: AccessControl,
    *,
    job: str | None = None,
    endpoint: str | None = None,
    experiment: str | None = None,
    warehouse: str | None = None,
    compute_policy: str | None = None,
    alert: str | None = None,
    dashboard: str | None = None,
    git_folder: str | None = None,
) -> None:
    """Declare all permissions on one object, given by its id; nothing where nobody has any."""
    if entries:
        Permissions(
            scope,
            "Permissions",
            job_id=job,
            serving_endpoint_id=endpoint,
            experiment_id=experiment,
            sql_endpoint_id=warehouse,
            cluster_policy_id=compute_policy,
            alert_v2_id=alert,
            dashboard_id=dashboard,
            repo_id=git_folder,
            access_control=entries,
        )


def _entry(principal: Principal, level: str) -> PermissionsAccessControl:
    if principal.is_group:
        return PermissionsAccessControl(group_name=principal.name, permission_level=level)
    return PermissionsAccessControl(service_principal_name=principal.name, permission_level=level)
