"""Serverless compute is paid by its own environment."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "budgets_are_their_environments"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


PRODUCTION = "${data.terraform_remote_state.Account.outputs.prod_budget_policy_id}"


def test_another_environments_policy_is_found(shipped: Shipped) -> None:
    """What dev tries out would be on production's bill."""
    changed = shipped.changed(
        "dev",
        "model_serving",
        "flights/Endpoint/Endpoint",
        lambda item: item.update(budget_policy_id=PRODUCTION),
    )
    assert changed.violations(POLICY) == ["dev: flights-arrival-delay of dev would be paid by prod"]


def test_a_job_under_none_is_found(shipped: Shipped) -> None:
    """Where there is a policy, no job is without it."""
    changed = shipped.changed("dev", "job", "flights/ingest/Job", lambda item: item.pop("budget_policy_id"))
    assert changed.violations(POLICY) == ["dev: flights-ingest would be billed under no budget policy"]


def test_a_policy_of_every_workspace_is_found(shipped: Shipped) -> None:
    """Unbound, a budget policy is for whoever may use it anywhere."""
    changed = shipped.changed(
        "account", "budget_policy", "Usage-prod/Policy", lambda item: item.pop("binding_workspace_ids")
    )
    assert changed.violations(POLICY) == ["account: any workspace could bill under mlops-prod"]
