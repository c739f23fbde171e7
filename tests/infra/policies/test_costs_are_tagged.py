"""Costs have a payer."""

from __future__ import annotations

import json
from typing import Any

from tests.infra.policies.changing import Shipped

POLICY = "costs_are_tagged"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_wrong_tag_is_found(shipped: Shipped) -> None:
    """A job that says another project's name would be paid by it."""
    changed = shipped.changed(
        "prod", "job", "flights/ingest/Job", lambda item: item["tags"].update(project="trains")
    )
    assert changed.violations(POLICY) == [
        "prod: its tag project says trains, not flights: who pays could not be told"
    ]


def test_a_warehouse_without_tags_is_found(shipped: Shipped) -> None:
    """Warehouses, whose tags are lists, are looked at as well."""
    changed = shipped.changed("dev", "sql_endpoint", "Warehouse/Warehouse", lambda item: item.pop("tags"))
    assert changed.violations(POLICY) == [
        "dev: its tag environment says nothing, not dev: who pays could not be told"
    ]


def test_a_budget_policy_is_tagged_as_its_workspace(shipped: Shipped) -> None:
    """What is billed under it bears its tags, and no others."""
    changed = shipped.changed(
        "account", "budget_policy", "Usage-prod/Policy", lambda item: item.update(custom_tags=[])
    )
    assert changed.violations(POLICY) == [
        "account: its tag environment says nothing, not prod: who pays could not be told"
    ]


def test_a_compute_policy_tags_what_is_started_under_it(shipped: Shipped) -> None:
    """Whoever starts compute can't leave the tag out, nor choose it."""

    def change(item: dict[str, Any]) -> None:
        limits = json.loads(item["definition"])
        limits["custom_tags.environment"] = {"type": "unlimited"}
        item["definition"] = json.dumps(limits)

    changed = shipped.changed("dev", "cluster_policy", "Compute-job/Policy", change)
    assert changed.violations(POLICY) == [
        "dev: its tag environment says nothing, not dev: who pays could not be told"
    ]
