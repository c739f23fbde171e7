"""Experiments are not everybody's."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "experiments_are_their_projects"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_shared_experiment_is_found(shipped: Shipped) -> None:
    """Everybody may change what is in /Shared."""
    changed = shipped.changed(
        "prod",
        "mlflow_experiment",
        "flights/Experiment/Experiment",
        lambda item: item.update(name="/Shared/x"),
    )
    assert changed.violations(POLICY) == ["prod: /Shared/x lies where it is not its project's alone"]
