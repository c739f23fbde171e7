"""Quality monitors of each kind of profile."""

from __future__ import annotations

from tests.infra.local.provider.lifecycles.lifecycle import (
    IN_SCHEMA,
    SCHEMA,
    UNITY,
    WAREHOUSE,
    Lifecycle,
    Values,
    delete,
)

_COLUMNS = {"at": "timestamp", "kind": "string", "guess": "double", "truth": "double", "version": "string"}
_TABLE: Values = {
    **IN_SCHEMA,
    "name": "watched",
    "table_type": "MANAGED",
    "warehouse_id": "${databricks_sql_endpoint.home.id}",
    "column": [{"name": name, "type": kind} for name, kind in _COLUMNS.items()],
}
_HELPERS = SCHEMA | WAREHOUSE | {"databricks_sql_table.home": _TABLE}
_MONITOR: Values = {
    "table_name": "${databricks_sql_table.home.id}",
    "output_schema_name": "${databricks_schema.home.id}",
    "assets_dir": "/Shared/monitors",
}
_SCHEDULE = {"quartz_cron_expression": "0 0 6 * * ?", "timezone_id": "UTC"}
_METRIC = {
    "name": "share",
    "type": "CUSTOM_METRIC_TYPE_AGGREGATE",
    "input_columns": [":table"],
    "definition": "avg({{prediction_col}})",
    "output_data_type": '{"name":"output","type":"double","nullable":true,"metadata":{}}',
}
_LOG = {
    "timestamp_col": "at",
    "granularities": ["1 day"],
    "prediction_col": "guess",
    "label_col": "truth",
    "model_id_col": "version",
    "problem_type": "PROBLEM_TYPE_REGRESSION",
}
_DELETED = delete(f"{UNITY}/tables/{{table_name}}/monitor")

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_quality_monitor",
        {
            **_MONITOR,
            "skip_builtin_dashboard": True,
            "inference_log": _LOG,
            "slicing_exprs": ["kind", "guess > 1"],
            "custom_metrics": [_METRIC],
            "schedule": _SCHEDULE,
            "notifications": {"on_failure": {"email_addresses": ["ops@example.com"]}},
        },
        helpers=_HELPERS,
        change={
            "inference_log": {**_LOG, "granularities": ["1 day", "1 month"]},
            "slicing_exprs": ["kind"],
            "custom_metrics": [_METRIC, {**_METRIC, "name": "other", "definition": "max(guess)"}],
            "schedule": {**_SCHEDULE, "quartz_cron_expression": "0 0 7 * * ?"},
        },
        drift=_DELETED,
        repair="create",
        after_import="update",  # the API does not tell whether a dashboard was to be left out
    ),
    Lifecycle(
        "databricks_quality_monitor",
        {**_MONITOR, "time_series": {"timestamp_col": "at", "granularities": ["1 week"]}},
        helpers=_HELPERS,
        change={"schedule": _SCHEDULE, "slicing_exprs": ["kind"]},
        drift=_DELETED,
        repair="create",
    ),
    Lifecycle(
        "databricks_quality_monitor",
        {**_MONITOR, "snapshot": {}, "schedule": _SCHEDULE},
        helpers=_HELPERS,
        change={"schedule": [], "slicing_exprs": ["kind"]},
        drift=_DELETED,
        repair="create",
    ),
)
