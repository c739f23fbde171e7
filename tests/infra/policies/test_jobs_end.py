"""Tasks end."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "jobs_end"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_task_without_a_timeout_is_found(shipped: Shipped) -> None:
    """What hangs holds the next run back."""
    changed = shipped.changed(
        "prod", "job", "flights/inference/Job", lambda item: item["task"][0].update(timeout_seconds=0)
    )
    assert changed.violations(POLICY) == ["prod: the task infer could run for ever: it has no timeout"]


def test_endless_retries_are_found(shipped: Shipped) -> None:
    """-1 is Databricks' word for no end."""
    changed = shipped.changed(
        "prod", "job", "flights/inference/Job", lambda item: item["task"][0].update(max_retries=-1)
    )
    assert changed.violations(POLICY) == ["prod: the task infer is tried -1 times again; at most 3"]
