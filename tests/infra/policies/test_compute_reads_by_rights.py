"""Classic compute asks Unity Catalog."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.policies.changing import Shipped

Json = dict[str, Any]
POLICY = "compute_reads_by_rights"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_compute_without_isolation_is_found(shipped: Shipped) -> None:
    """A cluster of a job, of one of its tasks, or by itself."""
    cluster = {"policy_id": "1", "data_security_mode": "NONE"}

    def make(item: Json) -> None:
        item["job_cluster"] = [{"job_cluster_key": "main", "new_cluster": cluster}]
        item["task"][0]["new_cluster"] = {"spark_version": "16.4.x-scala2.12"}

    changed = shipped.changed("dev", "job", "flights/ingest/Job", make).added("dev", "cluster", **cluster)
    assert changed.violations(POLICY) == [
        f"dev: its compute would be {mode}, where grants on tables are not asked"
        for mode in ("NONE", "NONE", "anything")
    ]


def test_compute_that_its_policy_decides_on_is_left_alone(shipped: Shipped) -> None:
    """A policy fixes the mode; policies are looked at themselves."""
    changed = shipped.added("dev", "cluster", policy_id="1")
    assert changed.violations(POLICY) == []


@pytest.mark.parametrize(
    ("limit", "mode"),
    [
        ({}, "anything"),
        ({"type": "unlimited", "defaultValue": "USER_ISOLATION"}, "anything"),
        ({"type": "fixed", "value": "NONE"}, "NONE"),
        ({"type": "allowlist", "values": ["SINGLE_USER", "LEGACY_PASSTHROUGH"]}, "LEGACY_PASSTHROUGH"),
    ],
)
def test_a_policy_that_lets_it_be_is_found(shipped: Shipped, limit: Json, mode: str) -> None:
    """Whatever a policy lets through, somebody starts."""
    definition = json.dumps({"data_security_mode": limit} if limit else {})
    changed = shipped.changed(
        "dev", "cluster_policy", "Compute-job/Policy", lambda item: item.update(definition=definition)
    )
    assert changed.violations(POLICY) == [
        f"dev: compute under it could be {mode}, where grants on tables are not asked"
    ]


def test_mounts_and_instance_profiles_are_found(shipped: Shipped) -> None:
    """They give files to whoever computes."""
    changed = shipped.added("prod", "mount", name="raw").added("prod", "instance_profile")
    assert changed.violations(POLICY) == [
        "prod: it gives a role of the cloud's: whoever computes could read files past all grants",
        "prod: it mounts cloud storage: whoever computes could read files past all grants",
    ]
