"""Classic compute is limited, and stops."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.policies.changing import Shipped

POLICY = "compute_stays_within_policies"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_compute_under_no_policy_is_found(shipped: Shipped) -> None:
    """Also that of a task which runs once for each of many values."""

    def make(item: dict[str, Any]) -> None:
        inner = {"task_key": "each", "new_cluster": {"data_security_mode": "USER_ISOLATION"}}
        item["task"].append({"task_key": "all", "for_each_task": {"inputs": "[]", "task": inner}})

    changed = shipped.changed("dev", "job", "flights/ingest/Job", make)
    assert changed.violations(POLICY) == ["dev: its compute is under no policy: nothing limits what it costs"]


def test_a_job_on_a_cluster_of_somebodys_is_found(shipped: Shipped) -> None:
    """What people start for themselves is dearer, and gone when they stop it."""
    changed = shipped.changed(
        "dev", "job", "flights/inference/Job", lambda item: item["task"][0].update(existing_cluster_id="1")
    )
    assert changed.violations(POLICY) == ["dev: the task infer would run on a cluster of somebody's"]


@pytest.mark.parametrize(
    "limit",
    [
        None,
        {"type": "fixed", "value": 0},
        {"type": "range", "maxValue": 30},
        {"type": "range", "minValue": 10, "maxValue": 241},
    ],
)
def test_a_policy_whose_compute_runs_on_is_found(shipped: Shipped, limit: dict[str, Any] | None) -> None:
    """0 minutes is Databricks' word for never."""
    assert _limited(shipped, limit) == [
        "dev: compute under mlops-dev-interactive could run on while nobody uses it: at most 240 minutes"
    ]


def test_a_policy_whose_compute_stops_is_left_alone(shipped: Shipped) -> None:
    """By a time of the policy's, or by one that people choose."""
    assert _limited(shipped, {"type": "fixed", "value": 60}) == []
    assert _limited(shipped, {"type": "range", "minValue": 10, "maxValue": 240}) == []


def _limited(shipped: Shipped, limit: dict[str, Any] | None) -> list[str]:
    def change(item: dict[str, Any]) -> None:
        limits = json.loads(item["definition"])
        del limits["autotermination_minutes"]
        limits |= {"autotermination_minutes": limit} if limit else {}
        item["definition"] = json.dumps(limits)

    changed = shipped.changed("dev", "cluster_policy", "Compute-interactive/Policy", change)
    return changed.violations(POLICY)
