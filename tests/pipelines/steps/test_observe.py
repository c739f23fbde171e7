"""Operational metrics, brought into their table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.lakehouse import Lakehouse
from pipelines.parameters import ObserveParameters
from pipelines.projects.flights import PROJECT
from pipelines.steps import observe
from tests.pipelines.conftest import MakeLakehouse, where
from tests.pipelines.observations.test_jobs import make_workspace

TABLE = PROJECT.monitoring.operational_table


@pytest.fixture(scope="module")
def schema(make_lakehouse: MakeLakehouse) -> Lakehouse:
    """The declared tables."""
    return make_lakehouse("observed")


@pytest.fixture
def lakehouse(schema: Lakehouse) -> Lakehouse:
    """The declared tables, nothing measured yet."""
    schema.replace(TABLE, schema.read(TABLE).limit(0))
    return schema


def run(lakehouse: Lakehouse) -> None:
    """Run the step in a workspace with one job that never ran."""
    parameters = ObserveParameters.parse([*where(lakehouse), "--endpoint=flights-arrival-delay"])
    workspace = make_workspace({"flights-training": []})
    workspace.jobs.list_runs.side_effect = None
    workspace.jobs.list_runs.return_value = []
    observe.observe(parameters, workspace)


def count(lakehouse: Lakehouse, metric: str) -> int:
    """Rows of one metric."""
    return lakehouse.read(TABLE).where(f"metric = '{metric}'").count()


def test_a_run_again_replaces_values(lakehouse: Lakehouse) -> None:
    """A week of the job and today's tables are measured, and measured again in the same rows."""
    run(lakehouse)
    before = lakehouse.read(TABLE).toPandas()
    run(lakehouse)
    after = lakehouse.read(TABLE).toPandas()
    assert count(lakehouse, "runs") == 8
    assert count(lakehouse, "rows") == 8
    assert len(after) == len(before)
    assert after["measured_at"].min() > before["measured_at"].max()
    assert set(after["window_start"].dt.strftime("%H:%M:%S")) == {"00:00:00"}


def test_a_longer_pause_leaves_no_gap(lakehouse: Lakehouse) -> None:
    """Days since the newest that was measured are measured, though they are more than a week."""
    newest = datetime.now(tz=UTC) - timedelta(days=12)
    old = [
        ("job", "flights-old", "runs", newest.replace(hour=0, minute=0, second=0, microsecond=0), 1.0, newest)
    ]
    lakehouse.append(TABLE, lakehouse.spark.createDataFrame(old, lakehouse.read(TABLE).schema))
    run(lakehouse)
    assert count(lakehouse, "failed_runs") == 13
