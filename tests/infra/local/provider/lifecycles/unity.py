"""Unity Catalog's objects."""

from __future__ import annotations

from tests.infra.local.provider.lifecycles.lifecycle import (
    CATALOG,
    CREDENTIAL,
    GROUP,
    IN_SCHEMA,
    LOCATION,
    SCHEMA,
    UNITY,
    WAREHOUSE,
    Lifecycle,
    delete,
    patch,
)

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_catalog",
        {"name": "life", "comment": "first", "force_destroy": True},
        change={"comment": "second", "properties": {"team": "a"}},
        helpers=LOCATION,
        replace={"storage_root": "${databricks_external_location.home.url}/life"},
        drift=patch(f"{UNITY}/catalogs/{{id}}", comment="drifted"),
        after_import="update",
    ),
    Lifecycle(
        "databricks_schema",
        {"catalog_name": "${databricks_catalog.home.name}", "name": "life", "comment": "first"},
        helpers=CATALOG,
        change={"comment": "second"},
        replace={"name": "renamed"},
        drift=patch(f"{UNITY}/schemas/{{id}}", comment="drifted"),
    ),
    Lifecycle(
        "databricks_volume",
        IN_SCHEMA | {"name": "life", "volume_type": "MANAGED", "comment": "first"},
        helpers=SCHEMA,
        change={"comment": "second", "name": "renamed"},
        drift=delete(f"{UNITY}/volumes/{{id}}"),
        repair="create",
    ),
    Lifecycle(
        "databricks_registered_model",
        IN_SCHEMA | {"name": "life", "comment": "first"},
        helpers=SCHEMA,
        change={"comment": "second"},
        replace={"name": "renamed"},
        drift=patch(f"{UNITY}/models/{{id}}", comment="drifted"),
    ),
    Lifecycle(
        "databricks_system_schema",
        {"schema": "serving"},
        drift=delete(f"{UNITY}/metastores/{{metastore_id}}/systemschemas/serving"),
        repair="create",
    ),
    Lifecycle(
        "databricks_storage_credential",
        {
            "name": "life",
            "aws_iam_role": {"role_arn": "arn:aws:iam::123456789012:role/first"},
            "isolation_mode": "ISOLATION_MODE_ISOLATED",
        },
        change={"aws_iam_role": {"role_arn": "arn:aws:iam::123456789012:role/second"}, "comment": "second"},
        replace={"name": "renamed"},
        drift=patch(f"{UNITY}/storage-credentials/{{id}}", comment="drifted"),
    ),
    Lifecycle(
        "databricks_external_location",
        {
            "name": "life",
            "url": "s3://life/first",
            "credential_name": "${databricks_storage_credential.home.name}",
            "isolation_mode": "ISOLATION_MODE_ISOLATED",
            "skip_validation": True,
        },
        helpers=CREDENTIAL,
        change={"url": "s3://life/second", "read_only": True},
        replace={"name": "renamed"},
        drift=delete(f"{UNITY}/external-locations/{{id}}"),
        repair="create",
        after_import="update",
    ),
    Lifecycle(
        "databricks_workspace_binding",
        {
            "securable_name": "${databricks_catalog.home.name}",
            "workspace_id": "${databricks_mws_workspaces.home.workspace_id}",
        },
        helpers={
            "databricks_catalog.home": {
                "name": "home_{case}",
                "isolation_mode": "ISOLATED",
                "force_destroy": True,
            },
            "databricks_mws_workspaces.home": {
                "provider": "databricks.account",
                "account_id": "{account_id}",
                "workspace_name": "home-{case}",
                "compute_mode": "SERVERLESS",
            },
        },
        replace={"binding_type": "BINDING_TYPE_READ_ONLY"},
    ),
    Lifecycle(
        "databricks_grants",
        {
            "catalog": "${databricks_catalog.home.name}",
            "grant": [
                {
                    "principal": "${databricks_group.home.display_name}",
                    "privileges": ["USE CATALOG", "browse"],
                },
                {"principal": "account users", "privileges": ["BROWSE"]},
            ],
        },
        helpers=CATALOG | GROUP,
        change={"grant": [{"principal": "account users", "privileges": ["USE_CATALOG", "USE_SCHEMA"]}]},
        drift=patch(
            f"{UNITY}/permissions/catalog/{{catalog}}",
            changes=[{"principal": "account users", "add": ["SELECT"]}],
        ),
    ),
    Lifecycle(
        "databricks_grant",
        {
            "schema": "${databricks_schema.home.id}",
            "principal": "account users",
            "privileges": ["USE_SCHEMA"],
        },
        helpers=SCHEMA | GROUP,
        change={"privileges": ["USE_SCHEMA", "SELECT"]},
        replace={"principal": "${databricks_group.home.display_name}"},
        drift=patch(
            f"{UNITY}/permissions/schema/{{schema}}",
            changes=[{"principal": "account users", "remove": ["SELECT"]}],
        ),
    ),
    Lifecycle(
        "databricks_sql_table",
        IN_SCHEMA
        | {
            "name": "life",
            "table_type": "MANAGED",
            "data_source_format": "DELTA",
            "warehouse_id": "${databricks_sql_endpoint.home.id}",
            "comment": "It's first",
            "column": [
                {"name": "id", "type": "bigint", "nullable": False, "comment": "key"},
                {"name": "at", "type": "timestamp"},
            ],
        },
        helpers=SCHEMA
        | WAREHOUSE
        | {"databricks_schema.other": {"catalog_name": "${databricks_catalog.home.name}", "name": "other"}},
        change={
            "comment": "second",
            "column": [
                {"name": "id", "type": "BIGINT", "nullable": False, "comment": "key"},
                {"name": "at", "type": "timestamp"},
                {"name": "delay", "type": "DOUBLE", "comment": "minutes"},
            ],
        },
        replace={"schema_name": "${databricks_schema.other.name}"},
        drift=delete(f"{UNITY}/tables/{{id}}"),
        repair="create",
        after_import="update",
    ),
    Lifecycle(
        "databricks_entity_tag_assignment",
        {
            "entity_type": "schemas",
            "entity_name": "${databricks_schema.home.id}",
            "tag_key": "domain",
            "tag_value": "aviation",
        },
        helpers=SCHEMA,
        change={"tag_value": "travel"},
        drift=delete("/api/2.1/unity-catalog/entity-tag-assignments/schemas/{entity_name}/tags/domain"),
        repair="create",
        replace={"tag_key": "subject"},
        import_id="{entity_type},{entity_name},{tag_key}",
    ),
)
