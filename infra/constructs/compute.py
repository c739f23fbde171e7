"""Compute policies: what classic compute may be, where serverless does not do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_databricks.cluster_policy import ClusterPolicy
from constructs import Construct

from infra.config.costs import ComputePolicy as Settings
from infra.config.costs import InteractivePolicy
from infra.constructs.permissions import AccessControl, permit

Limit = dict[str, Any]
MODES = {"dedicated": "SINGLE_USER", "standard": "USER_ISOLATION"}  # both read Unity Catalog by its rights
SHORTEST_IDLE_MINUTES = 10  # Databricks' own limit


class ComputePolicy(Construct):
    """The only compute that its users can start: for jobs, or, with a time to stop after, for notebooks.

    What it costs is billed with the environment's tags, and with the project's, which whoever starts it
    must choose. Pools are forbidden: they would go around the node types.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        settings: Settings,
        tags: Mapping[str, str],
        projects: Sequence[str],
        permissions: AccessControl,
    ) -> None:
        super().__init__(scope, id_)
        policy = ClusterPolicy(
            self,
            "Policy",
            name=name,
            definition=json.dumps({**_limits(settings), **_tags(tags, projects)}),
            max_clusters_per_user=settings.max_clusters_per_user,
        )
        permit(self, permissions, compute_policy=policy.id)


def _limits(settings: Settings) -> dict[str, Limit]:
    return {
        "spark_version": _one_of(settings.spark_versions),
        "node_type_id": _one_of(settings.node_types),
        "driver_node_type_id": {**_one_of(settings.node_types), "isOptional": True},
        "instance_pool_id": {"type": "forbidden"},
        "driver_instance_pool_id": {"type": "forbidden"},
        "num_workers": _at_most(settings.max_workers),
        "autoscale.max_workers": _at_most(settings.max_workers),
        "data_security_mode": {"type": "fixed", "value": MODES[settings.access_mode]},
        **_kind(settings),
        **({"dbus_per_hour": _at_most(settings.max_dbus_per_hour)} if settings.max_dbus_per_hour else {}),
    }


def _kind(settings: Settings) -> dict[str, Limit]:
    """For jobs, or for people: then it stops when it is idle, at the latest after the policy's minutes."""
    if not isinstance(settings, InteractivePolicy):
        return {"cluster_type": {"type": "fixed", "value": "job"}}
    minutes = settings.auto_stop_minutes
    return {
        "cluster_type": {"type": "fixed", "value": "all-purpose"},
        "autotermination_minutes": {
            "type": "range",
            "minValue": SHORTEST_IDLE_MINUTES,  # 0 would be never
            "maxValue": minutes,
            "defaultValue": minutes,
        },
    }


def _tags(tags: Mapping[str, str], projects: Sequence[str]) -> dict[str, Limit]:
    fixed: dict[str, Limit] = {
        f"custom_tags.{key}": {"type": "fixed", "value": tags[key]} for key in sorted(tags)
    }
    chosen = {"custom_tags.project": {"type": "allowlist", "values": list(projects)}} if projects else {}
    return {**fixed, **chosen}


def _one_of(values: Sequence[str]) -> Limit:
    return {"type": "allowlist", "values": list(values), "defaultValue": values[0]}


def _at_most(most: int) -> Limit:
    return {"type": "range", "maxValue": most, "isOptional": True}
