"""What holds data that nothing could bring back, and how settings name what of it may be destroyed."""

from __future__ import annotations

STATEFUL = frozenset(
    {
        "azurerm_databricks_workspace",
        "databricks_catalog",
        "databricks_metastore",
        "databricks_mlflow_experiment",
        "databricks_mws_workspaces",
        "databricks_registered_model",
        "databricks_schema",
        "databricks_secret_scope",
        "databricks_sql_table",
        "databricks_volume",
    }
)


def workspace_path(environment: str) -> str:
    """The path of an environment's workspace in the account's stack."""
    return f"Workspace-{environment}"


def is_at(path: str, name: str) -> bool:
    """Whether a construct's path is the one that is named, or below it."""
    return path == name or path.startswith(f"{name}/")
