"""No grant on a catalog reaches into its projects."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "data_is_granted_by_project"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_select_on_a_catalog_is_found(shipped: Shipped) -> None:
    """SELECT on a catalog reads every project's tables, those to come too."""
    changed = shipped.changed(
        "staging",
        "grant",
        "CatalogGrants/data-scientists",
        lambda item: item["privileges"].append("SELECT"),
    )
    assert changed.violations(POLICY) == ["staging: data-scientists could SELECT in every project of staging"]


def test_who_deploys_there_is_let_be(shipped: Shipped) -> None:
    """On a catalog that others own its deployer has MANAGE; who runs jobs there may not have it."""
    for role, expected in (
        ("deploy", []),
        ("run", ["staging: run-staging could MANAGE in every project of staging"]),
    ):
        changed = shipped.changed(
            "staging", "grant", f"CatalogGrants/{role}", lambda item: item["privileges"].append("MANAGE")
        )
        assert changed.violations(POLICY) == expected
