"""Tokens of continuous integration deploy one environment each."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "tokens_deploy_one_environment"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_token_for_two_environments_is_found(shipped: Shipped) -> None:
    """Whoever may deploy dev would deploy prod."""
    subject = "repo:<you>/<your fork>:environment:dev"
    changed = shipped.changed(
        "account",
        "service_principal_federation_policy",
        "Ci-prod",
        lambda item: item["oidc_policy"].update(subject=subject),
    )
    assert changed.violations(POLICY) == [
        f"account: a token of {subject} could act as deploy-dev and as deploy-prod",
        f"account: a token of {subject} could act as deploy-prod and as deploy-dev",
    ]


def test_a_token_of_a_principal_that_deploys_nothing_is_found(shipped: Shipped) -> None:
    """Continuous integration has no business with production's data."""
    changed = shipped.changed(
        "account",
        "service_principal_federation_policy",
        "Ci-prod",
        lambda item: item.update(service_principal_id="run-prod"),
    )
    assert changed.violations(POLICY) == [
        "account: a token of repo:<you>/<your fork>:environment:prod could act as run-prod, "
        "which deploys nothing"
    ]
