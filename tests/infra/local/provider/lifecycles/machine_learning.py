"""Warehouses, experiments, jobs, endpoints, and who may use them."""

from __future__ import annotations

from tests.infra.local.provider.lifecycles.lifecycle import (
    DESTINATION,
    DESTINATION_ID,
    ENVIRONMENT,
    IN_SCHEMA,
    POLICY,
    POLICY_ID,
    SCHEMA,
    TASK,
    Lifecycle,
    patch,
    post,
)

LOGGED = {**IN_SCHEMA, "table_name_prefix": "life", "enabled": True}

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_sql_endpoint",
        {
            "name": "life",
            "cluster_size": "2X-Small",
            "enable_serverless_compute": True,
            "warehouse_type": "PRO",
        },
        change={"auto_stop_mins": 10, "tags": {"custom_tags": [{"key": "a", "value": "b"}]}},
        drift=lambda site, state: site.workspace.call("DELETE", f"/api/2.0/sql/warehouses/{state['id']}"),
        repair="create",
    ),
    Lifecycle(
        "databricks_mlflow_experiment",
        {"name": "/Shared/experiment"},
        change={"name": "/Shared/experiment-renamed"},
        drift=post(
            "/api/2.0/mlflow/experiments/update", experiment_id="{id}", new_name="/Shared/experiment-drifted"
        ),
    ),
    Lifecycle(
        "databricks_job",
        {
            "name": "life",
            "environment": ENVIRONMENT,
            "task": [
                TASK,
                {**TASK, "task_key": "b", "depends_on": [{"task_key": "a"}], "max_retries": 2},
                {
                    "task_key": "c",
                    "condition_task": {"left": "{{tasks.a.values.x}}", "op": "EQUAL_TO", "right": "true"},
                    "depends_on": [{"task_key": "a"}],
                },
                {
                    "task_key": "d",
                    "run_job_task": {
                        "job_id": "${databricks_job.home.id}",
                        "job_parameters": {"month": "{{job.parameters.catalog}}"},
                    },
                    "depends_on": [{"task_key": "c", "outcome": "true"}],
                },
            ],
            "parameter": [{"name": "catalog", "default": "dev"}],
            "tags": {"project": "flights"},
            "schedule": {
                "quartz_cron_expression": "0 0 5 * * ?",
                "timezone_id": "UTC",
                "pause_status": "PAUSED",
            },
            "email_notifications": {"on_failure": ["ops@example.com"], "no_alert_for_skipped_runs": True},
            "webhook_notifications": {"on_failure": [{"id": DESTINATION_ID}]},
            "notification_settings": {"no_alert_for_canceled_runs": True},
            "timeout_seconds": 7200,
            "budget_policy_id": POLICY_ID,
            "health": {"rules": [{"metric": "RUN_DURATION_SECONDS", "op": "GREATER_THAN", "value": 3600}]},
        },
        helpers=DESTINATION
        | POLICY
        | {"databricks_job.home": {"name": "home-{case}", "task": [TASK], "environment": ENVIRONMENT}},
        change={
            "name": "renamed",
            "task": [TASK],
            "max_concurrent_runs": 3,
            "email_notifications": {
                "on_failure": ["ops@example.com"],
                "on_start": ["ada@example.com"],
                "on_duration_warning_threshold_exceeded": ["ops@example.com"],
            },
            "health": {"rules": [{"metric": "RUN_DURATION_SECONDS", "op": "GREATER_THAN", "value": 60}]},
        },
        drift=lambda site, state: site.workspace.post(
            "/api/2.2/jobs/update", {"job_id": int(state["id"]), "new_settings": {"name": "drifted"}}
        ),
    ),
    Lifecycle(
        "databricks_model_serving",
        {
            "name": "life",
            "tags": [{"key": "project", "value": "flights"}],
            "budget_policy_id": POLICY_ID,
            "ai_gateway": {"inference_table_config": LOGGED},
        },
        helpers=SCHEMA | POLICY,
        change={
            "tags": [{"key": "project", "value": "other"}, {"key": "team", "value": "a"}],
            "ai_gateway": {"inference_table_config": LOGGED | {"enabled": False}},
        },
        replace={"name": "other"},
        drift=patch("/api/2.0/serving-endpoints/{name}/tags", delete_tags=["team"]),
    ),
    Lifecycle(
        "databricks_permissions",
        {
            "job_id": "${databricks_job.home.id}",
            "access_control": [{"group_name": "users", "permission_level": "CAN_VIEW"}],
        },
        helpers={"databricks_job.home": {"name": "home-{case}", "task": [TASK], "environment": ENVIRONMENT}},
        change={"access_control": [{"group_name": "users", "permission_level": "CAN_MANAGE_RUN"}]},
        drift=patch(
            "/api/2.0/permissions/jobs/{job_id}",
            access_control_list=[{"group_name": "users", "permission_level": "CAN_MANAGE"}],
        ),
    ),
)
