"""Compute policies limit what classic compute may be, and say who pays for it."""

from __future__ import annotations

import json
from typing import Any

from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.config.costs import ComputePolicy as Settings
from infra.config.costs import InteractivePolicy
from infra.constructs.compute import ComputePolicy
from infra.local.workspace.cluster_policies.definition import check_definition
from tests.infra.synthesis import Synthesized, synthesize

JOB = Settings(
    node_types=("m5d.xlarge", "m5d.2xlarge"),
    spark_versions=("auto:latest-lts",),
    max_workers=8,
    max_dbus_per_hour=50,
)
INTERACTIVE = InteractivePolicy(
    node_types=("m5d.xlarge",),
    spark_versions=("auto:latest-lts-ml",),
    max_workers=2,
    access_mode="dedicated",
    auto_stop_minutes=30,
    max_clusters_per_user=1,
)


def declare(settings: Settings, *, projects: tuple[str, ...] = ("flights",)) -> Synthesized:
    """A policy that a group may use."""
    return synthesize(
        lambda stack: ComputePolicy(
            stack,
            "Policy",
            name="mlops-prod-job",
            settings=settings,
            tags={"owner": "ml-engineers", "environment": "prod"},
            projects=projects,
            permissions=[PermissionsAccessControl(group_name="makers", permission_level="CAN_USE")],
        )
    )


def limits(made: Synthesized) -> dict[str, Any]:
    """A policy's definition."""
    text = made.one("cluster_policy")["definition"]
    check_definition(text)
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_job_s_compute_ends_with_it() -> None:
    """Nothing that people could keep running, and no more of it than the settings allow."""
    found = limits(declare(JOB))
    assert found["cluster_type"] == {"type": "fixed", "value": "job"}
    assert "autotermination_minutes" not in found
    assert found["num_workers"]["maxValue"] == found["autoscale.max_workers"]["maxValue"] == 8
    assert found["dbus_per_hour"]["maxValue"] == 50


def test_people_s_compute_stops_by_itself() -> None:
    """Never is no choice, and each has as many as the settings allow."""
    made = declare(INTERACTIVE)
    found = limits(made)
    assert found["cluster_type"] == {"type": "fixed", "value": "all-purpose"}
    assert found["autotermination_minutes"] == {
        "type": "range",
        "minValue": 10,
        "maxValue": 30,
        "defaultValue": 30,
    }
    assert "dbus_per_hour" not in found
    assert made.one("cluster_policy")["max_clusters_per_user"] == 1


def test_only_node_types_of_the_settings() -> None:
    """Driver and workers alike, and no pool that would bring others."""
    found = limits(declare(JOB))
    for name in ("node_type_id", "driver_node_type_id"):
        assert found[name]["values"] == ["m5d.xlarge", "m5d.2xlarge"]
        assert found[name]["defaultValue"] == "m5d.xlarge"
    assert found["instance_pool_id"] == found["driver_instance_pool_id"] == {"type": "forbidden"}


def test_data_is_read_by_its_rights() -> None:
    """Either access mode is one of Unity Catalog's, and nobody chooses another."""
    modes = {
        name: limits(declare(each))["data_security_mode"] for name, each in (("a", JOB), ("b", INTERACTIVE))
    }
    assert modes == {
        "a": {"type": "fixed", "value": "USER_ISOLATION"},
        "b": {"type": "fixed", "value": "SINGLE_USER"},
    }


def test_who_pays_is_always_told() -> None:
    """The environment's tags are fixed, and the project must be chosen, where there is one."""
    found = limits(declare(JOB))
    assert found["custom_tags.environment"] == {"type": "fixed", "value": "prod"}
    assert found["custom_tags.owner"] == {"type": "fixed", "value": "ml-engineers"}
    assert found["custom_tags.project"] == {"type": "allowlist", "values": ["flights"]}
    assert "custom_tags.project" not in limits(declare(JOB, projects=()))


def test_its_users_are_the_matrix_s() -> None:
    """The access control list belongs to the policy."""
    permissions = declare(JOB).one("permissions")
    assert permissions["cluster_policy_id"].startswith("${databricks_cluster_policy.")
    assert permissions["access_control"] == [{"group_name": "makers", "permission_level": "CAN_USE"}]
