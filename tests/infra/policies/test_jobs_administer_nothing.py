"""What jobs run as manages nothing."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "jobs_administer_nothing"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_an_admin_is_found(shipped: Shipped) -> None:
    """A job that runs as a workspace's admin could do anything there."""
    role = "Assignments-prod/run"
    changed = shipped.changed(
        "account", "mws_permission_assignment", role, lambda item: item.update(permissions=["ADMIN"])
    )
    assert changed.violations(POLICY) == ["account: run-prod could do anything in prod's workspace"]


def test_a_catalogs_manager_is_found(shipped: Shipped) -> None:
    """MANAGE on a catalog is MANAGE on all that is in it."""
    changed = shipped.changed(
        "dev", "grant", "CatalogGrants/run", lambda item: item["privileges"].append("MANAGE")
    )
    (line,) = changed.violations(POLICY)
    assert line.startswith("dev: run-dev could MANAGE: USE_CATALOG, MANAGE on catalog dev to run-dev")
