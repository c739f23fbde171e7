"""Whom notifications go to, and the alerts that send them."""

from __future__ import annotations

from tests.infra.local.provider.lifecycles.lifecycle import (
    DESTINATION,
    DESTINATION_ID,
    WAREHOUSE,
    Lifecycle,
    Values,
    delete,
    patch,
)

_WEBHOOK = {"url": "https://127.0.0.1/hook", "username": "alerts", "password": "one"}
_EVALUATION: Values = {
    "source": {"name": "value", "aggregation": "MAX"},
    "comparison_operator": "GREATER_THAN",
    "threshold": {"value": {"double_value": 0}},
    "notification": {"subscriptions": [{"destination_id": DESTINATION_ID}]},
}

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_notification_destination",
        {"display_name": "life", "config": {"generic_webhook": _WEBHOOK}},
        change={
            "display_name": "renamed",
            "config": {"generic_webhook": {**_WEBHOOK, "password": "two"}},
        },
        replace={"config": {"email": {"addresses": ["ops@example.com"]}}},
        drift=delete("/api/2.0/notification-destinations/{id}"),
        repair="create",
        after_import="update",
    ),
    Lifecycle(
        "databricks_alert_v2",
        {
            "display_name": "life",
            "query_text": "SELECT 1 AS value",
            "warehouse_id": "${databricks_sql_endpoint.home.id}",
            "parent_path": "/Workspace/Shared",
            "evaluation": _EVALUATION,
            "schedule": {"quartz_cron_schedule": "0 0 6 * * ?", "timezone_id": "UTC"},
        },
        helpers=WAREHOUSE | DESTINATION,
        change={
            "display_name": "renamed",
            "custom_summary": "{{ALERT_NAME}} is {{ALERT_STATUS}}",
            "run_as": {"service_principal_name": "{caller}"},
            "evaluation": {
                **_EVALUATION,
                "empty_result_state": "OK",
                "threshold": {"value": {"double_value": 0.05}},
                "notification": {
                    "notify_on_ok": False,
                    "retrigger_seconds": 3600,
                    "subscriptions": [{"user_email": "ops@example.com"}, {"destination_id": DESTINATION_ID}],
                },
            },
        },
        drift=patch("/api/2.0/alerts/{id}?update_mask=query_text", query_text="SELECT 2 AS value"),
    ),
)
