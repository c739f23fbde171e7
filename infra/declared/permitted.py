"""What databricks_permissions are on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Permitted:
    """A type of objects that have permissions: Terraform's, and the permissions API's."""

    type: str
    path: str
    id: str = "id"  # the attribute of the object that databricks_permissions refer to


# By the attribute of databricks_permissions that refers to one.
PERMITTED: Mapping[str, Permitted] = {
    "alert_v2_id": Permitted("databricks_alert_v2", "alertsv2"),
    "cluster_policy_id": Permitted("databricks_cluster_policy", "cluster-policies"),
    "dashboard_id": Permitted("databricks_dashboard", "dashboards"),
    "experiment_id": Permitted("databricks_mlflow_experiment", "experiments"),
    "job_id": Permitted("databricks_job", "jobs"),
    "repo_id": Permitted("databricks_repo", "repos"),
    "serving_endpoint_id": Permitted("databricks_model_serving", "serving-endpoints", "serving_endpoint_id"),
    "sql_endpoint_id": Permitted("databricks_sql_endpoint", "sql/warehouses"),
}
