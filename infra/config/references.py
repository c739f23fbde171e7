"""Names that one file uses and another one, or another place, must know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from infra.config.access import EVERYWHERE, ROLES, AccessMatrix, run_of
from infra.config.account import Account
from infra.config.budget_references import check_budget
from infra.config.destination import ACCOUNT_STACK
from infra.config.documents import Document, KeyPath
from infra.config.environment import Environment, JobValues
from infra.config.imports import Imports
from infra.config.job_limits import check_limits
from infra.config.monitoring_references import check_monitoring
from infra.config.problems import Problem
from infra.config.project import Job, Project, Table
from infra.config.purge_references import check_purge
from infra.config.review import Review
from infra.config.snapshot_references import Snapshots, check_readers
from infra.config.steps import DECIDED, OF_ENVIRONMENTS, STEPS, wanted_values
from infra.config.storage_references import check_storage
from infra.config.vocabulary import AUDIT_SCHEMA, TABLE_PRIVILEGES, assets, assets_of_projects, levels_of
from infra.config.waivers import Waivers
from infra.config.workspace_references import check_shared, check_workspace

Model = TypeVar("Model", bound=BaseModel)
MEANT = {
    "features": "none of its tables is a feature_table",
    "inference_tables": "none of its monitors is of an inference_log",
}


@dataclass(frozen=True)
class Loaded(Generic[Model]):
    """A file's typed content, and the document that knows its lines."""

    value: Model
    document: Document


@dataclass(frozen=True)
class Files:
    """All files, each right by itself."""

    account: Loaded[Account]
    matrix: Loaded[AccessMatrix]
    environments: Mapping[str, Loaded[Environment]]
    projects: Mapping[str, Loaded[Project]]
    imports: Loaded[Imports]
    waivers: Loaded[Waivers]
    review: Loaded[Review]


def check_references(files: Files) -> list[Problem]:
    """Every name that nothing answers to."""
    problems = list(_check_names(files))
    problems += _check_account(files)
    problems += _check_matrix(files)
    problems += _check_imports(files)
    problems += _check_snapshots(files)
    for name, environment in files.environments.items():
        problems += _check_environment(files, name, environment)
    for name, project in files.projects.items():
        problems += _check_project(files, name, project)
    return problems


def _check_names(files: Files) -> Iterator[Problem]:
    """Files are named after what they describe, and that name becomes part of others."""
    documents = [(name, loaded.document) for name, loaded in files.environments.items()]
    documents += [(name, loaded.document) for name, loaded in files.projects.items()]
    for name, document in documents:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name == EVERYWHERE:
            message = "the file's name can't be used; wants lower case letters, digits, _"
            yield document.problem((), message)


def _check_account(files: Files) -> Iterator[Problem]:
    account = files.account.value
    document = files.account.document
    if account.projects != "projects" and not files.projects:
        yield document.problem(("projects",), f"{account.projects} holds no project")
    if "serving" not in account.system_schemas:
        message = "wants serving among them: by its tables monitoring tells which version answered"
        yield document.problem(("system_schemas",), message)
    if AUDIT_SCHEMA not in account.system_schemas and "audit" in _given(files.matrix.value):
        message = f"wants {AUDIT_SCHEMA} among them: access.yaml lets somebody read audit"
        yield document.problem(("system_schemas",), message)
    for group in account.existing_groups.keys() & account.groups.keys():
        yield document.problem(("existing_groups", group), "is among the groups that are made, too")
    if account.metastore.owner:
        yield from document.one_of(
            ("metastore", "owner"), "group", account.metastore.owner, account.all_groups
        )
    yield from document.one_of(("production",), "environment", account.production, files.environments)
    for name in account.ci.names if account.ci else ():
        yield from document.one_of(("ci", "names", name), "environment", name, files.environments)
    for index, owner in enumerate(account.production_owners):
        yield from document.one_of(("production_owners", index), "group", owner, account.all_groups)


def _given(matrix: AccessMatrix) -> set[str]:
    """Every asset that somebody has a right on, somewhere."""
    levels = [row for places in matrix.root.values() for row in places.values()]
    return {asset for row in levels for assets_at in row.values() for asset in assets_at}


def _check_imports(files: Files) -> Iterator[Problem]:
    for stack in files.imports.value.root:
        stacks = [ACCOUNT_STACK, *files.environments]
        yield from files.imports.document.one_of((stack,), "stack", stack, stacks)


def _check_matrix(files: Files) -> Iterator[Problem]:
    document = files.matrix.document
    whos = [*files.account.value.all_groups, *ROLES, *(run_of(name) for name in files.environments)]
    places = [EVERYWHERE, *files.environments]
    for environment, loaded in files.environments.items():
        places += [f"{environment}/{project}" for project in loaded.value.projects]
    for who, rows in files.matrix.value.root.items():
        yield from document.one_of((who,), "group or principal", who, whos)
        for place, row in rows.items():
            yield from document.one_of((who, place), "environment", place, places)
            known = assets_of_projects() if "/" in place else assets()
            for level, named in row.items():
                for index, asset in enumerate(named):
                    key = (who, place, level, index)
                    yield from document.one_of(key, "asset", asset, known)
                    yield from _check_level(document, key, asset, level)
                    yield from _check_tables(files, key, place, asset)


def _check_level(document: Document, path: KeyPath, asset: str, level: str) -> Iterator[Problem]:
    levels = levels_of(asset)
    if levels and level not in levels:
        yield document.problem(path, f"{asset} has no level {level}; allowed: {', '.join(levels)}")


def _check_tables(files: Files, path: KeyPath, place: str, asset: str) -> Iterator[Problem]:
    """A right on some of one project's tables is on tables that it has."""
    _, _, project = place.partition("/")
    if asset not in TABLE_PRIVILEGES or project not in files.projects:
        return
    if not files.projects[project].value.tables_of(asset):
        yield files.matrix.document.problem(path, f"{project} has no {asset}: {MEANT[asset]}")


def _check_environment(files: Files, name: str, loaded: Loaded[Environment]) -> Iterator[Problem]:
    environment, document = loaded.value, loaded.document
    others = [other for other in files.environments if other != name]
    for index, other in enumerate(environment.catalog.read_only_in):
        yield from document.one_of(("catalog", "read_only_in", index), "environment", other, others)
    if environment.unprotected and environment.catalog.disposable:
        message = "nothing is protected where the catalog is disposable: take it out"
        yield document.problem(("unprotected",), message)
    yield from _check_unique(files, name, loaded)
    yield from check_purge(document, name, environment, files.matrix.value)
    cloud = files.account.value.cloud
    yield from check_budget(document, name, environment, files.matrix.value)
    yield from check_workspace(document, environment.workspace, cloud)
    yield from check_storage(
        document,
        name,
        {other: each.value for other, each in files.environments.items()},
        cloud=cloud,
        matrix=files.matrix.value,
    )
    for project in environment.projects:
        yield from document.one_of(("projects", project), "project", project, files.projects)
        if project in files.projects:
            yield from _check_jobs(files.projects[project].value, project, loaded)
            yield from _check_endpoint(files.projects[project].value, project, loaded)


def _check_snapshots(files: Files) -> Iterator[Problem]:
    environments = {name: loaded.value for name, loaded in files.environments.items()}
    projects = {name: loaded.value for name, loaded in files.projects.items()}
    for name, loaded in files.environments.items():
        yield from Snapshots(name, loaded.document, environments, projects).check()
    yield from check_readers(environments, files.matrix.value, files.matrix.document)


def _check_unique(files: Files, name: str, loaded: Loaded[Environment]) -> Iterator[Problem]:
    """What a copied file still shares with the one it was copied from."""
    own = loaded.value
    for other, theirs in files.environments.items():
        if other >= name:  # told once, for the later of the two
            continue
        if own.catalog.name == theirs.value.catalog.name:
            yield loaded.document.problem(("catalog", "name"), f"is the catalog of {other} already")
        if own.warehouse.id and own.warehouse.id == theirs.value.warehouse.id:
            yield loaded.document.problem(("warehouse", "id"), f"is the warehouse of {other} already")
        for role, id_ in own.principals:
            if id_ and id_ in dict(theirs.value.principals).values():
                message = f"is a principal of {other} already: each environment has its own"
                yield loaded.document.problem(("principals", role), message)
        yield from check_shared(loaded.document, own.workspace, other, theirs.value.workspace)


def _check_jobs(project: Project, name: str, loaded: Loaded[Environment]) -> Iterator[Problem]:
    """Each job's values are those that its steps take: none missing, none that nobody reads."""
    above: KeyPath = ("projects", name, "jobs")
    jobs = loaded.value.projects[name].jobs
    for job, values in jobs.items():
        yield from loaded.document.one_of((*above, job), "job", job, project.jobs)
        if job in project.jobs and all(step in STEPS for step in project.jobs[job].steps):
            wanted = wanted_values(project.jobs[job].steps)
            for value in values.given():
                yield from loaded.document.one_of((*above, job, value), "value", value, wanted)
            for missing in (value for value in wanted if value not in values.given()):
                yield loaded.document.problem((*above, job, missing), "missing")
            yield from _check_approval(loaded.document, (*above, job), project.jobs[job], values)
            limited = project.jobs[job].limited(values)
            yield from check_limits(loaded.document, (*above, job), limited, values)
    for missing in (job for job in project.jobs if job not in jobs):
        if wanted_values(project.jobs[missing].steps):
            yield loaded.document.problem((*above, missing), "missing")


def _check_endpoint(project: Project, name: str, loaded: Loaded[Environment]) -> Iterator[Problem]:
    """A project that has no endpoint has no step that would update or watch one."""
    if loaded.value.projects[name].endpoint:
        return
    steps = [step for job in project.jobs.values() for step in job.steps if step in STEPS]
    if takers := [step for step in dict.fromkeys(steps) if "endpoint" in STEPS[step]]:
        message = f"missing; these steps want one: {', '.join(takers)}"
        yield loaded.document.problem(("projects", name, "endpoint"), message)


def _check_approval(document: Document, above: KeyPath, job: Job, values: JobValues) -> Iterator[Problem]:
    """A step that is ended before its time to wait is over would neither say yes nor no."""
    minutes = values.approval_minutes or 0
    for step, settings in job.steps.items():
        if "approval_minutes" in STEPS[step] and minutes >= settings.timeout_minutes:
            message = f"the step {step} is ended after {settings.timeout_minutes} minutes: wait for less"
            yield document.problem((*above, "approval_minutes"), message)


def _check_project(files: Files, own: str, loaded: Loaded[Project]) -> Iterator[Problem]:
    project, document = loaded.value, loaded.document
    for other, theirs in files.projects.items():
        if other < own and theirs.value.schema_name == project.schema_name:
            yield document.problem(("schema",), f"is the schema of {other} already")
    for name, job in project.jobs.items():
        for step in job.steps:
            known = [each for each in STEPS if each not in OF_ENVIRONMENTS]
            yield from document.one_of(("jobs", name, "steps", step), "step", step, known)
        yield from _check_then(document, project, name, job)
        yield from check_limits(document, ("jobs", name), job, job)
    if "artifacts" not in project.volumes:
        yield document.problem(("volumes", "artifacts"), "missing; it holds the code that the jobs run")
    for name, table in project.tables.items():
        yield from _check_table(document, ("tables", name), table)
    yield from check_monitoring(document, project)


def _check_then(document: Document, project: Project, name: str, job: Job) -> Iterator[Problem]:
    """A job may run one that runs no other: jobs that run each other would never end."""
    if job.then is None:
        return
    path: KeyPath = ("jobs", name, "then")
    others = [other for other, settings in project.jobs.items() if other != name and settings.then is None]
    yield from document.one_of((*path, "run"), "job", job.then.run, others)
    values = [value for value, step in DECIDED.items() if step == list(job.steps)[-1]]
    yield from document.one_of((*path, "when"), "task value", job.then.when, values)


def _check_table(document: Document, above: KeyPath, table: Table) -> Iterator[Problem]:
    for index, key in enumerate(table.keys):
        yield from document.one_of((*above, "keys", index), "column", key, table.columns)
        if key in table.columns and table.columns[key].nullable:
            yield document.problem((*above, "columns", key), "a key; wants nullable: false")
    if table.time is not None:
        yield from document.one_of((*above, "time"), "column", table.time, table.columns)
