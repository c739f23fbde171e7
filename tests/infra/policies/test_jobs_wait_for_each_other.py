"""Runs of a job come one after the other."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "jobs_wait_for_each_other"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_runs_at_once_are_found(shipped: Shipped) -> None:
    """Two runs at once would write the same tables; without a queue one would be lost."""
    changed = shipped.changed(
        "dev",
        "job",
        "flights/ingest/Job",
        lambda item: item.update(max_concurrent_runs=2, queue={"enabled": False}),
    )
    assert changed.violations(POLICY) == [
        "dev: 2 of its runs could write at once",
        "dev: a run that is started while another one goes on would be skipped",
    ]
