"""Deployers know their own environment alone."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "deployers_stay_in_their_environment"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_grant_elsewhere_is_found(shipped: Shipped) -> None:
    """Dev's deployer has nothing to read in prod."""
    changed = shipped.added(
        "prod", "grant", catalog="prod", principal="deploy-dev", privileges=["USE_CATALOG"]
    )
    assert changed.violations(POLICY) == [
        "prod: deploy-dev reaches prod: USE_CATALOG on catalog prod to deploy-dev"
    ]


def test_entry_to_another_workspace_is_found(shipped: Shipped) -> None:
    """Let in, it would see what production is made of."""
    changed = shipped.changed(
        "account",
        "mws_permission_assignment",
        "Assignments-prod/retrain",
        lambda item: item.update(principal_id="deploy-dev"),
    )
    assert changed.violations(POLICY) == [
        "account: deploy-dev reaches prod: deploy-dev is USER of prod's workspace"
    ]
