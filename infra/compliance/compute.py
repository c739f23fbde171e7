"""Classic compute as it is declared: clusters, wherever they stand, and what compute policies allow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.declared.declared import Declared
from infra.declared.resource import Resource

ANY = "anything"  # what is allowed where nothing is said

Cluster = Mapping[str, Any]


def clusters(declared: Declared) -> Iterator[tuple[Resource, Cluster]]:
    """Every cluster, with the resource that it stands in: its own, or a job's, or one of a job's tasks."""
    for item in declared.of("databricks_cluster"):
        yield item, item.values
    for item in declared.of("databricks_job"):
        parts = [*item.values.get("job_cluster", []), *tasks_of(item)]
        for part in (part for part in parts if part.get("new_cluster")):
            yield item, part["new_cluster"]


def tasks_of(job: Resource) -> list[Mapping[str, Any]]:
    """All tasks of a job, those that run once for each of a list's values among them."""
    tasks: list[Mapping[str, Any]] = list(job.values.get("task", []))
    return [*tasks, *(task["for_each_task"]["task"] for task in tasks if task.get("for_each_task"))]


def limits(policy: Resource) -> Mapping[str, Mapping[str, Any]]:
    """What a compute policy says of each attribute of compute; what it leaves out can be anything."""
    found: Mapping[str, Mapping[str, Any]] = {}
    for part in ("definition", "policy_family_definition_overrides"):
        found = {**found, **json.loads(policy.values.get(part) or "{}")}
    return found
