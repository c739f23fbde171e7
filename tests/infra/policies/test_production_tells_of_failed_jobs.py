"""Failures of production are told."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_tells_of_failed_jobs"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_silent_job_is_found(shipped: Shipped) -> None:
    """A job that nobody is told of is found; in dev nobody need be."""
    changed = shipped.changed(
        "prod", "job", "flights/ingest/Job", lambda item: item.pop("email_notifications")
    )
    assert changed.violations(POLICY) == [
        "prod: nobody is told when it fails: give the environment `notifications`"
    ]
