"""Jobs that an environment has for each of its projects, beside the project's own: snapshots, purge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from infra.config.environment import Purge
from infra.config.project import Job, Project, Step, Table
from infra.config.settings import AllSettings
from infra.config.snapshots import Snapshot, SnapshotTable
from infra.constructs import naming

PURGE = "purge"
_MINUTES = 240  # after which an attempt at either is given up


@dataclass(frozen=True)
class EnvironmentJob:
    """A job with the parameters that only it takes."""

    settings: Job
    parameters: Mapping[str, str]
    schedule: str | None


def environment_jobs(settings: AllSettings, environment: str) -> Mapping[str, Mapping[str, EnvironmentJob]]:
    """The jobs by their names, by project."""
    return {
        project: _jobs_of(settings, environment, project) for project in settings.projects_of(environment)
    }


def _jobs_of(settings: AllSettings, environment: str, project: str) -> dict[str, EnvironmentJob]:
    definition, own = settings.projects[project], settings.environments[environment]
    jobs = {
        naming.snapshot_job(target): _snapshot(
            definition, snapshot, project, target=target, catalog=settings.environments[target].catalog.name
        )
        for target, snapshot in own.snapshots.items()
        if project in snapshot.projects
    }
    if own.purge:
        jobs[PURGE] = _purge(definition, own.purge, _endpoints(settings, environment))
    return jobs


def _snapshot(
    project: Project, snapshot: Snapshot, name: str, *, target: str, catalog: str
) -> EnvironmentJob:
    selections = [
        _selection(table, project.tables[table], chosen) for table, chosen in snapshot.projects[name].items()
    ]
    return EnvironmentJob(
        settings=Job(
            description=f"Copies chosen tables into {target}, whose people may not read them here",
            steps={"snapshot": Step(timeout_minutes=_MINUTES, retries=1)},
            timeout_minutes=2 * _MINUTES,
            expected_minutes=_MINUTES,
        ),
        parameters={
            "target_catalog": catalog,
            "target_schema": naming.snapshot_schema(project.schema_name),
            "selections": json.dumps(selections),
            "secret_scope": naming.secret_scope(name),
        },
        schedule=snapshot.schedule,
    )


def _selection(name: str, table: Table, chosen: SnapshotTable) -> dict[str, object]:
    return {
        "table": name,
        "sample": chosen.sample,
        "by": chosen.by or table.keys,
        "keys": table.keys,
        "where": chosen.where,
        "hashed": chosen.hashed(),
        "emptied": [column for column, kind in chosen.mask.items() if kind is None],
    }


def _endpoints(settings: AllSettings, environment: str) -> list[str]:
    """The endpoints that are declared in a workspace, of whichever project."""
    values = settings.environments[environment].projects
    projects = settings.projects_of(environment)
    return [naming.endpoint(name, projects[name].model.name) for name in projects if values[name].endpoint]


def _purge(project: Project, purge: Purge, endpoints: list[str]) -> EnvironmentJob:
    metric_tables = [table for monitored in project.monitors for table in naming.metric_tables(monitored)]
    return EnvironmentJob(
        settings=Job(
            description=f"Removes what is neither declared nor used and {purge.after_days} days old",
            steps={"purge": Step(timeout_minutes=_MINUTES)},
            timeout_minutes=_MINUTES,
            expected_minutes=_MINUTES // 2,
        ),
        parameters={
            "metrics_schema": naming.metrics_schema(project.schema_name),
            "tables": ",".join([*project.tables, naming.payload_table(project.model.name)]),
            "metric_tables": ",".join(metric_tables),
            "endpoints": ",".join(endpoints),
            "after_days": str(purge.after_days),
            "dry_run": "false",
        },
        schedule=purge.schedule,
    )
