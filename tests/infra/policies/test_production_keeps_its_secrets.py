"""Production's secrets are its owners' and its jobs'."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_keeps_its_secrets"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_reader_is_found(shipped: Shipped) -> None:
    """What a secret opens is open to whoever reads it."""
    changed = shipped.added(
        "prod", "secret_acl", scope="flights", principal="data-scientists", permission="READ"
    )
    assert changed.violations(POLICY) == [
        "prod: data-scientists could read production's secrets: READ on secrets flights to data-scientists"
    ]
