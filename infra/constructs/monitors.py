"""Quality monitors: what is computed of a table, by whom it is read, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_databricks.quality_monitor import (
    QualityMonitor,
    QualityMonitorCustomMetrics,
    QualityMonitorInferenceLog,
    QualityMonitorNotifications,
    QualityMonitorNotificationsOnFailure,
    QualityMonitorSchedule,
    QualityMonitorSnapshot,
    QualityMonitorTimeSeries,
)
from constructs import Construct

from infra.config.monitoring import CustomMetric, Monitor

TIME_ZONE = "UTC"
_PROBLEMS = {
    "regression": "PROBLEM_TYPE_REGRESSION",
    "classification": "PROBLEM_TYPE_CLASSIFICATION",
}
_KINDS = {
    "aggregate": "CUSTOM_METRIC_TYPE_AGGREGATE",
    "derived": "CUSTOM_METRIC_TYPE_DERIVED",
    "drift": "CUSTOM_METRIC_TYPE_DRIFT",
}


class TableMonitor(Construct):
    """A monitor whose metric tables lie in a schema of their own."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        table: str,
        settings: Monitor,
        baseline: str | None,
        metrics_schema: str,
        folder: str,
        schedule: str | None,
        emails: Sequence[str],
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id_)
        QualityMonitor(
            self,
            "Monitor",
            table_name=table,
            output_schema_name=metrics_schema,
            assets_dir=folder,
            baseline_table_name=baseline,
            time_series=_time_series(settings),
            inference_log=_inference_log(settings),
            snapshot=[QualityMonitorSnapshot()] if settings.snapshot else None,
            slicing_exprs=list(settings.slices) or None,
            custom_metrics=_custom_metrics(settings.metrics),
            schedule=_schedule(schedule),
            notifications=_notifications(emails),
            skip_builtin_dashboard=True,  # the project's own dashboard shows these metrics
            depends_on=after,
        )


def _time_series(settings: Monitor) -> list[QualityMonitorTimeSeries] | None:
    series = settings.time_series
    if series is None:
        return None
    granularities = list(settings.granularities)
    return [QualityMonitorTimeSeries(timestamp_col=series.time, granularities=granularities)]


def _inference_log(settings: Monitor) -> list[QualityMonitorInferenceLog] | None:
    log = settings.inference_log
    if log is None:
        return None
    return [
        QualityMonitorInferenceLog(
            timestamp_col=log.time,
            prediction_col=log.prediction,
            label_col=log.label,
            model_id_col=log.model_id,
            problem_type=_PROBLEMS[log.problem],
            granularities=list(settings.granularities),
        )
    ]


def _custom_metrics(metrics: Mapping[str, CustomMetric]) -> list[QualityMonitorCustomMetrics] | None:
    return [
        QualityMonitorCustomMetrics(
            name=name,
            type=_KINDS[metric.kind],
            input_columns=list(metric.columns),
            definition=metric.definition,
            output_data_type=_field(metric.type),
        )
        for name, metric in metrics.items()
    ] or None


def _field(kind: str) -> str:
    """A metric's type as the API wants it: Spark's JSON of a column."""
    return json.dumps({"name": "output", "type": kind, "nullable": True, "metadata": {}})


def _schedule(quartz: str | None) -> list[QualityMonitorSchedule] | None:
    return [QualityMonitorSchedule(quartz_cron_expression=quartz, timezone_id=TIME_ZONE)] if quartz else None


def _notifications(emails: Sequence[str]) -> list[QualityMonitorNotifications] | None:
    if not emails:
        return None
    failure = QualityMonitorNotificationsOnFailure(email_addresses=list(emails))
    return [QualityMonitorNotifications(on_failure=[failure])]
