"""Alerts on a lake: made through the SDK, evaluated by moving the account's clock."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.sql import AlertEvaluationState, AlertV2

from tests.infra.local.workspace.engine.lake import OWNER, Lake

_HOUR = 3600
_WAIT_SECONDS = 60
_LATE_SECONDS = 15


class Watch:
    """Hourly alerts of the lake's owner, who administers its workspace, on one warehouse."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.client = lake.house.client(OWNER)
        created = self.client.warehouses.create(name="alerts", cluster_size="2X-Small", max_num_clusters=1)
        self.warehouse_id: str = created.result().id or ""
        self._made: list[str] = []

    def document(self, query: str, threshold: float | None = 1, **more: Any) -> dict[str, Any]:
        """An alert as the API takes it: by default triggered while `value` is above the threshold."""
        evaluation = {
            "source": {"name": "value"},
            "comparison_operator": "GREATER_THAN",
            **({} if threshold is None else {"threshold": {"value": {"double_value": threshold}}}),
            **more.pop("evaluation", {}),
        }
        return {
            "display_name": f"alert-{len(self._made)}",
            "query_text": query,
            "warehouse_id": self.warehouse_id,
            "schedule": {"quartz_cron_schedule": "0 0 * * * ?", "timezone_id": "UTC"},
            "evaluation": evaluation,
            **more,
        }

    def create(
        self, query: str, threshold: float | None = 1, *, client: WorkspaceClient | None = None, **more: Any
    ) -> str:
        """A new alert's id."""
        alert = AlertV2.from_dict(self.document(query, threshold, **more))
        alert_id = (client or self.client).alerts_v2.create_alert(alert).id
        assert alert_id
        self._made.append(alert_id)
        return alert_id

    def evaluate(self, alert_id: str, *, hours: float = 1) -> AlertV2:
        """The alert after its next evaluation, to which the clock is moved.

        One of an hour before may still be under way: it is not the one, and while it lasts there is no other.
        """
        clock = self.lake.account.clock
        since = clock.now() + hours * _HOUR / 2
        clock.forward(hours * _HOUR)
        deadline = time.monotonic() + _WAIT_SECONDS
        again = time.monotonic() + _LATE_SECONDS
        while time.monotonic() < deadline:
            alert = self.get(alert_id)
            at = alert.evaluation.last_evaluated_at
            if at and datetime.fromisoformat(at).timestamp() > since:
                return alert
            if time.monotonic() > again:
                clock.forward(_HOUR)
                again += _LATE_SECONDS
            time.sleep(0.02)
        raise TimeoutError(f"alert {alert_id} was not evaluated")

    def state(self, alert_id: str, *, hours: float = 1) -> str:
        """Its state after the next evaluation."""
        state = self.evaluate(alert_id, hours=hours).evaluation.state
        assert isinstance(state, AlertEvaluationState)
        return state.value

    def get(self, alert_id: str) -> AlertV2:
        """The alert as it is."""
        return self.client.alerts_v2.get_alert(alert_id)

    def clear(self) -> None:
        """Remove what was made since the last time."""
        for alert in self.client.alerts_v2.list_alerts():
            if alert.id in self._made:
                self.client.alerts_v2.trash_alert(alert.id, purge=True)
        self._made.clear()
