"""An alert compares one number with a limit, by schedule, as the jobs' principal."""

from __future__ import annotations

from typing import Any

from infra.constructs.alerts import Evaluation, MetricAlert
from tests.infra.synthesis import synthesize


def declare(*, schedule: str | None, destinations: tuple[str, ...]) -> dict[str, Any]:
    """An alert on a number."""
    evaluation = Evaluation(
        warehouse_id="w1", run_as="run-application-id", schedule=schedule, folder="/Projects/flights"
    )
    return synthesize(
        lambda stack: MetricAlert(
            stack,
            "Alert",
            name="flights-drift",
            summary="Drifts",
            query="SELECT 1 AS value",
            limit=1.5,
            evaluation=evaluation,
            destinations=destinations,
            permissions=[],
        )
    ).one("alert_v2")


def test_is_triggered_above_its_limit() -> None:
    """Without rows all is well; who is told is told when the state changes."""
    made = declare(schedule="0 0 * * * ?", destinations=("people", "hook"))
    evaluation = made["evaluation"]
    assert evaluation["source"] == {"name": "value"}
    assert evaluation["comparison_operator"] == "GREATER_THAN"
    assert evaluation["threshold"] == {"value": {"double_value": 1.5}}
    assert evaluation["empty_result_state"] == "OK"
    assert evaluation["notification"]["subscriptions"] == [
        {"destination_id": "people"},
        {"destination_id": "hook"},
    ]
    assert made["run_as"] == {"service_principal_name": "run-application-id"}


def test_without_a_schedule_it_is_paused() -> None:
    """An environment that evaluates nothing has its alerts all the same, paused."""
    made = declare(schedule=None, destinations=())
    assert made["schedule"]["pause_status"] == "PAUSED"
    assert "notification" not in made["evaluation"]
    assert declare(schedule="0 0 * * * ?", destinations=())["schedule"]["pause_status"] == "UNPAUSED"
