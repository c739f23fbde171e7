"""Groups and service principals are the account's."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "principals_are_the_accounts"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_group_of_one_workspace_is_found(shipped: Shipped) -> None:
    """No grant reaches a workspace's own group, and no identity provider fills it."""
    changed = shipped.added("dev", "group", display_name="testers")
    assert changed.violations(POLICY) == [
        "dev: testers would be known to dev's workspace alone: declare it in the account"
    ]


def test_entitlements_of_a_principal_itself_are_found(shipped: Shipped) -> None:
    """They would hold in every workspace, whatever access.yaml says of each."""
    changed = shipped.changed(
        "account",
        "service_principal",
        "Principals/run-dev",
        lambda item: item.update(allow_cluster_create=True),
    )
    assert changed.violations(POLICY) == [
        "account: run-dev would have allow_cluster_create wherever it is: give it in access.yaml"
    ]
