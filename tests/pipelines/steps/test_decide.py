"""Reading alerts, and telling whether to train again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from unittest.mock import create_autospec

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service.jobs import BaseJob, BaseRun, JobsAPI
from databricks.sdk.service.sql import (
    AlertEvaluationState,
    AlertsV2API,
    AlertV2,
    AlertV2Evaluation,
    AlertV2OperandColumn,
    ComparisonOperator,
    CronSchedule,
)
from pyspark.sql import SparkSession

from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import DecideParameters
from pipelines.steps import decide
from tests.pipelines.conftest import TaskValues, where

OK, TRIGGERED, ERROR = AlertEvaluationState.OK, AlertEvaluationState.TRIGGERED, AlertEvaluationState.ERROR
NOON = datetime(2013, 10, 4, 12, tzinfo=UTC)


def make_alert(name: str, state: AlertEvaluationState | None) -> AlertV2:
    """An alert that was evaluated at three, or never for None."""
    evaluation = AlertV2Evaluation(
        source=AlertV2OperandColumn(name="psi"),
        comparison_operator=ComparisonOperator.GREATER_THAN,
        state=state,
        last_evaluated_at=None if state is None else "2013-10-04T15:00:00Z",
    )
    schedule = CronSchedule(quartz_cron_schedule="0 0 * * * ?", timezone_id="UTC")
    return AlertV2(
        id=f"id-{name}",
        display_name=name,
        query_text="SELECT 1",
        warehouse_id="w",
        evaluation=evaluation,
        schedule=schedule,
    )


def make_workspace(*alerts: AlertV2, runs: list[BaseRun] | None = None) -> Any:
    """A client that sees alerts, lists them without their states, and the training job's runs."""
    workspace = create_autospec(WorkspaceClient, instance=True)
    workspace.alerts_v2 = create_autospec(AlertsV2API, instance=True)
    workspace.alerts_v2.list_alerts.return_value = [make_alert(alert.display_name, None) for alert in alerts]
    workspace.alerts_v2.get_alert.side_effect = {alert.id: alert for alert in alerts}.__getitem__
    workspace.jobs = create_autospec(JobsAPI, instance=True)
    workspace.jobs.list.return_value = [BaseJob(job_id=7)]
    workspace.jobs.list_runs.return_value = runs or []
    return workspace


@pytest.fixture
def lakehouse(spark: SparkSession) -> Lakehouse:
    """A schema of which nothing is read: when its features were written is given."""
    assert spark
    return Lakehouse.connect("dev", "decided")


@pytest.fixture(autouse=True)
def _features_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "find_last_write", lambda *_: NOON)


def run(lakehouse: Lakehouse, workspace: Any, alerts: str = "flights-drift,flights-quality") -> None:
    """Run the step."""
    decide.decide(DecideParameters.parse([*where(lakehouse), f"--alerts={alerts}"]), workspace)


def make_run(hour: int) -> BaseRun:
    """A training run that took a minute."""
    start = round(NOON.replace(hour=hour).timestamp() * 1000)
    return BaseRun(start_time=start, end_time=start + 60_000)


def test_a_triggered_alert_trains(
    lakehouse: Lakehouse, task_values: TaskValues, capsys: pytest.CaptureFixture[str]
) -> None:
    """One triggered alert of several sets the task value, and the log says why."""
    workspace = make_workspace(
        make_alert("flights-drift", TRIGGERED), make_alert("flights-quality", OK), runs=[make_run(11)]
    )
    run(lakehouse, workspace)
    assert task_values.values == {"retrain": "true"}
    out = capsys.readouterr().out
    assert "alert flights-drift is TRIGGERED as of 2013-10-04 15:00 UTC" in out
    assert "retrain: flights-drift triggered, and the features are newer" in out
    workspace.jobs.list.assert_called_once_with(name="flights-training")


def test_quiet_alerts_do_not(lakehouse: Lakehouse, task_values: TaskValues) -> None:
    """Alerts that are OK, never evaluated, or not asked for start nothing."""
    workspace = make_workspace(
        *(make_alert("flights-drift", OK), make_alert("flights-quality", None)),
        make_alert("flights-freshness", TRIGGERED),
    )
    run(lakehouse, workspace)
    assert task_values.values == {"retrain": "false"}


def test_the_newest_training_decides(lakehouse: Lakehouse, task_values: TaskValues) -> None:
    """A training that began after the features came has seen them."""
    workspace = make_workspace(make_alert("flights-drift", TRIGGERED), runs=[make_run(13), make_run(9)])
    run(lakehouse, workspace, "flights-drift")
    assert task_values.values == {"retrain": "false"}


def test_unknown_and_failing_alerts_are_told(
    lakehouse: Lakehouse, task_values: TaskValues, capsys: pytest.CaptureFixture[str]
) -> None:
    """An alert that is missing and one whose query fails are named; one that can be read decides."""
    run(
        lakehouse,
        make_workspace(make_alert("flights-drift", ERROR), make_alert("flights-quality", OK)),
        "flights-drift,flights-quality,flights-typo",
    )
    assert task_values.values == {"retrain": "false"}
    out = capsys.readouterr().out
    assert "alert flights-typo is not there, or not to be seen" in out
    assert "alert flights-drift: its query fails, which starts nothing" in out


def test_blindness_is_a_failure(lakehouse: Lakehouse, task_values: TaskValues) -> None:
    """When no alert's state could be read, nothing is decided."""
    forbidden = make_workspace(make_alert("flights-drift", OK))
    forbidden.alerts_v2.get_alert.side_effect = PermissionDenied("no CAN_READ")
    for workspace in (make_workspace(), make_workspace(make_alert("flights-drift", ERROR)), forbidden):
        with pytest.raises(PipelineError, match="no state of alerts flights-drift could be read"):
            run(lakehouse, workspace, "flights-drift")
    assert task_values.values == {}


def test_hidden_trainings_are_a_failure(lakehouse: Lakehouse) -> None:
    """Without the training job's runs a repeat couldn't be told."""
    workspace = make_workspace(make_alert("flights-drift", TRIGGERED))
    workspace.jobs.list.return_value = []
    with pytest.raises(PipelineError, match="job flights-training is not there, or not to be seen"):
        run(lakehouse, workspace, "flights-drift")


def test_an_untold_history_is_said(
    lakehouse: Lakehouse,
    task_values: TaskValues,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where the engine doesn't tell when features came, the alert alone decides, and the log says so."""

    def fail(*_: object) -> datetime:
        raise PipelineError("when it was written isn't told")

    monkeypatch.setattr(decide, "find_last_write", fail)
    workspace = make_workspace(make_alert("flights-drift", TRIGGERED), runs=[make_run(13)])
    run(lakehouse, workspace, "flights-drift")
    assert "when it was written isn't told" in capsys.readouterr().out
    assert task_values.values == {"retrain": "true"}
