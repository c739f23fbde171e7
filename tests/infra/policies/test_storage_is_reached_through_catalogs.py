"""Cloud storage is behind the catalogs."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "storage_is_reached_through_catalogs"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_grant_on_files_is_found(shipped: Shipped) -> None:
    """Whoever reads a location's files reads every table in it."""
    changed = shipped.added(
        "prod",
        "grant",
        external_location="mlops-prod",
        principal="data-scientists",
        privileges=["READ_FILES"],
    )
    assert changed.violations(POLICY) == [
        "prod: data-scientists could READ_FILES on external_location mlops-prod, past its tables and volumes"
    ]


def test_open_ones_are_found(shipped: Shipped) -> None:
    """Without isolation another environment's deployer could use it from its own workspace."""
    isolated = {"name": "mlops-prod", "isolation_mode": "ISOLATION_MODE_ISOLATED"}
    kept = shipped.added("prod", "storage_credential", **isolated)
    assert kept.violations(POLICY) == []
    opened = kept.added("prod", "external_location", name="mlops-prod")
    assert opened.violations(POLICY) == ["prod: mlops-prod could be used from every workspace"]
