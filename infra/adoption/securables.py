"""What Unity Catalog has of what an environment's stack declares, as a workspace sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound

from infra.adoption.declarations import Declaration, Found
from infra.adoption.lookups import WorkspaceLookup, only
from infra.declared.securables import SECURABLES

Get = Callable[[WorkspaceClient, str], object]


def _by_name(get: Get, *parts: str) -> WorkspaceLookup:
    """Found by a full name made of these attributes."""

    def look(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
        name = ".".join(declared[part] for part in parts)
        try:
            get(workspace, name)
        except NotFound:
            return None
        return Found(name)

    return look


def _grant(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    (kind,) = [kind for kind in SECURABLES if declared.get(kind)]
    name, principal = declared[kind], declared["principal"]
    securable = "function" if kind == "model" else kind  # as the official provider asks
    try:
        answer = workspace.grants.get(securable, name, principal=principal)
    except NotFound:
        return None
    granted = [item for item in answer.privilege_assignments or [] if item.principal == principal]
    return Found(f"{kind}/{name}/{principal}") if any(item.privileges for item in granted) else None


def _binding(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    kind, name, bound = declared["securable_type"], declared["securable_name"], declared["workspace_id"]
    try:
        bindings = list(workspace.workspace_bindings.get_bindings(kind, name))
    except NotFound:
        return None
    ids = {str(binding.workspace_id) for binding in bindings}
    return Found(f"{bound}|{kind}|{name}") if bound in ids else None


def _system_schema(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    metastore = workspace.metastores.current().metastore_id or ""
    schemas = workspace.system_schemas.list(metastore)
    schema = only(schemas, lambda item: item.schema == declared["schema"], declared)
    enabled = schema is not None and schema.state in ("ENABLE_COMPLETED", "ENABLE_INITIALIZED")
    return Found(f"{metastore}|{declared['schema']}") if enabled else None


def _tag(workspace: WorkspaceClient, declared: Declaration) -> Found | None:
    kind, name, key = declared["entity_type"], declared["entity_name"], declared["tag_key"]
    try:
        workspace.entity_tag_assignments.get(kind, name, key)
    except NotFound:
        return None
    return Found(f"{kind},{name},{key}")


CATALOG_LOOKUPS: Mapping[str, WorkspaceLookup] = {
    "databricks_catalog": _by_name(lambda workspace, name: workspace.catalogs.get(name), "name"),
    "databricks_entity_tag_assignment": _tag,
    "databricks_external_location": _by_name(
        lambda workspace, name: workspace.external_locations.get(name), "name"
    ),
    "databricks_file": _by_name(lambda workspace, path: workspace.files.get_metadata(path), "path"),
    "databricks_grant": _grant,
    "databricks_quality_monitor": _by_name(
        lambda workspace, name: workspace.quality_monitors.get(name), "table_name"
    ),
    "databricks_registered_model": _by_name(
        lambda workspace, name: workspace.registered_models.get(name), "catalog_name", "schema_name", "name"
    ),
    "databricks_schema": _by_name(
        lambda workspace, name: workspace.schemas.get(name), "catalog_name", "name"
    ),
    "databricks_sql_table": _by_name(
        lambda workspace, name: workspace.tables.get(name), "catalog_name", "schema_name", "name"
    ),
    "databricks_storage_credential": _by_name(
        lambda workspace, name: workspace.storage_credentials.get(name), "name"
    ),
    "databricks_system_schema": _system_schema,
    "databricks_volume": _by_name(
        lambda workspace, name: workspace.volumes.read(name), "catalog_name", "schema_name", "name"
    ),
    "databricks_workspace_binding": _binding,
}
