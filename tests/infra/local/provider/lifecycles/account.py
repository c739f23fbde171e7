"""The account's own objects."""

from __future__ import annotations

from tests.infra.local.provider.lifecycles.lifecycle import GROUP, PRINCIPAL, Lifecycle, account_call

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_mws_permission_assignment",
        {
            "workspace_id": "{workspace_id}",
            "principal_id": "${databricks_group.home.id}",
            "permissions": ["USER"],
        },
        helpers=GROUP,
        replace={"permissions": ["ADMIN"]},
        drift=account_call(
            "PUT",
            "workspaces/{workspace_id}/permissionassignments/principals/{principal_id}",
            {"permissions": ["ADMIN"]},
        ),
        repair="replace",
        on_account=True,
    ),
    Lifecycle(
        "databricks_access_control_rule_set",
        {
            "name": "accounts/{account_id}/servicePrincipals/"
            "${databricks_service_principal.home.application_id}/ruleSets/default",
            "grant_rules": [
                {
                    "role": "roles/servicePrincipal.user",
                    "principals": ["${databricks_group.home.acl_principal_id}"],
                }
            ],
        },
        helpers=GROUP | PRINCIPAL,
        change={
            "grant_rules": [
                {
                    "role": "roles/servicePrincipal.manager",
                    "principals": ["${databricks_group.home.acl_principal_id}"],
                }
            ]
        },
        on_account=True,
    ),
    Lifecycle(
        "databricks_mws_workspaces",
        {
            "account_id": "{account_id}",
            "workspace_name": "side",
            "compute_mode": "SERVERLESS",
            "aws_region": "local",
        },
        change={"custom_tags": {"team": "x"}},
        replace={"workspace_name": "other"},
        drift=account_call("DELETE", "workspaces/{workspace_id}"),
        repair="create",
        after_import="replace",
        on_account=True,
    ),
    Lifecycle(
        "databricks_metastore",
        {"name": "second", "region": "elsewhere", "force_destroy": True},
        change={"owner": "${databricks_group.home.display_name}"},
        helpers=GROUP,
        drift=account_call("PUT", "metastores/{id}", {"metastore_info": {"owner": "home-metastore"}}),
        repair="",
        after_import="update",
        on_account=True,
    ),
)
