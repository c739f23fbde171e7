"""Principals: groups, users, service principals, and what they are given."""

from __future__ import annotations

from tests.infra.local.provider.lifecycles.lifecycle import GROUP, PRINCIPAL, Lifecycle, account_call, scim

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_group",
        {"display_name": "writers"},
        change={"display_name": "authors"},
        drift=scim(
            "PATCH", "Groups/{id}", {"op": "replace", "path": "displayName", "value": "x"}, account=True
        ),
        on_account=True,
    ),
    Lifecycle(
        "databricks_user",
        {"user_name": "Ann@example.com", "disable_as_user_deletion": False},
        change={"display_name": "Ann"},
        replace={"user_name": "bob@example.com"},
        drift=scim("DELETE", "Users/{id}", account=True),
        repair="create",
        after_import="update",
        on_account=True,
    ),
    Lifecycle(
        "databricks_service_principal",
        {"display_name": "robot", "disable_as_user_deletion": False},
        change={"display_name": "machine"},
        drift=scim(
            "PATCH",
            "ServicePrincipals/{id}",
            {"op": "replace", "path": "active", "value": False},
            account=True,
        ),
        after_import="update",
        on_account=True,
    ),
    Lifecycle(
        "databricks_group_member",
        {"group_id": "${databricks_group.home.id}", "member_id": "${databricks_service_principal.home.id}"},
        helpers=GROUP
        | PRINCIPAL
        | {
            "databricks_user.home": {
                "user_name": "m@example.com",
                "disable_as_user_deletion": False,
                "provider": "databricks.account",
            }
        },
        replace={"member_id": "${databricks_user.home.id}"},
        drift=scim("PATCH", "Groups/{group_id}", {"op": "remove", "path": "members"}, account=True),
        repair="create",
        on_account=True,
    ),
    Lifecycle(
        "databricks_entitlements",
        {"group_id": "${databricks_mws_permission_assignment.home.principal_id}", "workspace_access": True},
        helpers=GROUP
        | {
            "databricks_mws_permission_assignment.home": {
                "provider": "databricks.account",
                "workspace_id": "{workspace_id}",
                "principal_id": "${databricks_group.home.id}",
                "permissions": ["USER"],
            }
        },
        change={"workspace_access": False, "databricks_sql_access": True},
        drift=scim("PATCH", "Groups/{group_id}", {"op": "remove", "path": "entitlements"}),
    ),
    Lifecycle(
        "databricks_service_principal_secret",
        {"service_principal_id": "${databricks_service_principal.home.id}"},
        helpers=PRINCIPAL,
        drift=account_call("DELETE", "servicePrincipals/{service_principal_id}/credentials/secrets/{id}"),
        repair="create",
        imported=False,
        on_account=True,
    ),
    Lifecycle(
        "databricks_service_principal_federation_policy",
        {
            "service_principal_id": "${databricks_service_principal.home.id}",
            "policy_id": "ci",
            "oidc_policy": {
                "issuer": "https://token.actions.githubusercontent.com",
                "audiences": ["{account_id}"],
                "subject": "repo:acme/mlops:environment:prod",
            },
        },
        helpers=PRINCIPAL,
        change={"oidc_policy": {"issuer": "https://gitlab.com", "subject": "project_path:acme/mlops"}},
        drift=account_call(
            "DELETE", "servicePrincipals/{service_principal_id}/federationPolicies/{policy_id}"
        ),
        repair="create",
        replace={"policy_id": "other"},
        import_id="{service_principal_id},{policy_id}",
        on_account=True,
    ),
)
