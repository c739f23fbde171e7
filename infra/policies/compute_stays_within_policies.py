"""Classic compute is started under a compute policy, and stops when nobody uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.compliance.compute import clusters, limits, tasks_of
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_LONGEST_MINUTES = 240


def check(organisation: Organisation) -> Iterator[Violation]:
    """Clusters without a policy, jobs on somebody's cluster, policies under which one could run on."""
    declared = organisation.declared
    for item, cluster in clusters(declared):
        if not cluster.get("policy_id"):
            yield Violation(item, "its compute is under no policy: nothing limits what it costs")
    for item in declared.of("databricks_job"):
        for task in (task for task in tasks_of(item) if task.get("existing_cluster_id")):
            yield Violation(item, f"the task {task['task_key']} would run on a cluster of somebody's")
    for item in declared.of("databricks_cluster_policy"):
        limited = limits(item)
        for_jobs = limited.get("cluster_type", {}).get("value") == "job"
        if not for_jobs and not _stops(limited.get("autotermination_minutes", {})):
            message = f"compute under {item.values['name']} could run on while nobody uses it"
            yield Violation(item, f"{message}: at most {_LONGEST_MINUTES} minutes")


def _stops(limit: Mapping[str, Any]) -> bool:
    """Whether all that a limit lets through is an end; 0 minutes is Databricks' word for never."""
    if limit.get("type") == "fixed":
        return 0 < int(limit["value"]) <= _LONGEST_MINUTES
    least, most = limit.get("minValue", 0), limit.get("maxValue", _LONGEST_MINUTES + 1)
    return limit.get("type") == "range" and 0 < least <= most <= _LONGEST_MINUTES
