"""Models are the jobs'."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "models_belong_to_jobs"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_persons_model_is_found(shipped: Shipped) -> None:
    """A group that owns a model moves its aliases."""
    changed = shipped.changed(
        "prod", "registered_model", "flights/Model/Model", lambda item: item.update(owner="ml-engineers")
    )
    assert changed.violations(POLICY) == ["prod: ml-engineers owns arrival_delay and could move its aliases"]
