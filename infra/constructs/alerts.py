"""SQL alerts: a query whose one value is compared with a limit, by a schedule, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_databricks.alert_v2 import (
    AlertV2,
    AlertV2Evaluation,
    AlertV2EvaluationNotification,
    AlertV2EvaluationNotificationSubscriptions,
    AlertV2EvaluationSource,
    AlertV2EvaluationThreshold,
    AlertV2EvaluationThresholdValue,
    AlertV2RunAs,
    AlertV2Schedule,
)
from constructs import Construct

from infra.constructs.permissions import AccessControl, permit

VALUE = "value"  # the column of every alert's query
TIME_ZONE = "UTC"
_NEVER = "0 0 0 1 1 ?"  # what an alert that is paused would run by


@dataclass(frozen=True)
class Evaluation:
    """When and where alerts are evaluated, and as whom."""

    warehouse_id: str
    run_as: str  # a service principal's application id
    schedule: str | None  # Quartz, UTC; without one alerts are paused
    folder: str  # of the workspace, which holds them


class MetricAlert(Construct):
    """An alert that is triggered while a query's value is above a limit; without rows all is well."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        summary: str,
        query: str,
        limit: float,
        evaluation: Evaluation,
        destinations: Sequence[str],
        permissions: AccessControl,
    ) -> None:
        super().__init__(scope, id_)
        alert = AlertV2(
            self,
            "Alert",
            display_name=name,
            custom_summary=summary,
            query_text=query,
            warehouse_id=evaluation.warehouse_id,
            parent_path=evaluation.folder,
            run_as=AlertV2RunAs(service_principal_name=evaluation.run_as),
            evaluation=_evaluation(limit, destinations),
            schedule=AlertV2Schedule(
                quartz_cron_schedule=evaluation.schedule or _NEVER,
                timezone_id=TIME_ZONE,
                pause_status="UNPAUSED" if evaluation.schedule else "PAUSED",
            ),
        )
        self.id = alert.id
        permit(self, permissions, alert=alert.id)


def _evaluation(limit: float, destinations: Sequence[str]) -> AlertV2Evaluation:
    return AlertV2Evaluation(
        source=AlertV2EvaluationSource(name=VALUE),
        comparison_operator="GREATER_THAN",
        threshold=AlertV2EvaluationThreshold(value=AlertV2EvaluationThresholdValue(double_value=limit)),
        empty_result_state="OK",
        notification=AlertV2EvaluationNotification(
            notify_on_ok=False,
            subscriptions=[
                AlertV2EvaluationNotificationSubscriptions(destination_id=destination)
                for destination in destinations
            ],
        )
        if destinations
        else None,
    )
