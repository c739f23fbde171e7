"""Settings that describe a running account, as text with what people must know beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from databricks.sdk.service.catalog import ColumnInfo, TableInfo

from infra.adoption.held import Rows
from infra.adoption.running import RunningAccount, RunningEnvironment, RunningSchema
from infra.config.vocabulary import LEVELS

_PRODUCTION = "prod"


def account_yaml(account: RunningAccount, cloud: str) -> str:
    """`account.yaml`: the metastore and the groups are named, nothing of them is managed."""
    names = [environment.name for environment in account.environments]
    production = next((name for name in names if _PRODUCTION in name), names[-1])
    lines = [
        "# Written from the running account. Its metastore and groups are named here, not managed.",
        f"cloud: {cloud}",
        f"region: {account.region}",
        f"metastore: {{id: {account.metastore_id}}}",
        f"production: {production}  # whose Champion new models are shown beside; is it this one?",
        "existing_groups:",
        *(f"  {_text(group)}: In the account before" for group in account.groups),
    ]
    return _file(lines)


def environment_yaml(environment: RunningEnvironment, account: RunningAccount) -> str:
    """`<environment>.yaml`: its workspace is named; its catalog is imported, or named where all see it."""
    workspace = environment.workspace
    lines = [
        f"# Written from the workspace {workspace.name}.",
        f"workspace: {{id: {workspace.id}, host: {_text(workspace.host)}}}",
        *_catalog_lines(environment, account),
        *_warehouse_lines(environment),
        "projects:",
    ]
    projects = projects_of(environment)
    lines += [f"  {schema.name}: {{jobs: {{}}}}" for schema in projects]
    return _file(lines if projects else [*lines[:-1], "projects: {}"])


def project_yaml(catalog: str, schema: RunningSchema) -> str:
    """`projects/<schema>.yaml`: its model, volumes and tables as they are; jobs are for people to write."""
    model, *others = sorted(schema.models)
    lines = [
        f"# Written from the schema {catalog}.{schema.name}; its jobs are yet to come (docs/projects.md).",
        f"schema: {schema.name}",
        *(f"# Left alone, for a project has one model: {name}" for name in others),
        f"model: {{name: {model}, comment: {_text(schema.models[model])}}}",
        "volumes:",
        *(f"  {name}: {_text(comment)}" for name, comment in sorted(_volumes(schema).items())),
        "jobs: {}",
        *(f"# Left alone, for only managed tables are declared: {name}" for name in schema.others),
        "tables:" if schema.tables else "tables: {}",
    ]
    for name, table in sorted(schema.tables.items()):
        lines += _table_lines(name, table)
    return _file(lines)


def access_yaml(rows: Rows, principals: Rows) -> str:
    """`access.yaml`: what groups hold, and below it the rows of the environments' own principals."""
    lines = ["# Written from what groups hold. Rights of users, and on single tables, are left as they are."]
    lines += _matrix_lines(rows)
    lines += ["", "# The environments' own service principals, as they come with this project."]
    return _file([*lines, *_matrix_lines(principals)])


def projects_of(environment: RunningEnvironment) -> list[RunningSchema]:
    """The schemas that can be a project's: those with a registered model."""
    return [schema for schema in environment.catalog.schemas if schema.models] if environment.catalog else []


def _catalog_lines(environment: RunningEnvironment, account: RunningAccount) -> Iterator[str]:
    if environment.left:
        yield f"# Left alone, though this workspace can write them, too: {', '.join(environment.left)}"
    yield "catalog:"
    if environment.catalog is None:
        yield f"  name: {environment.name}  # made: none of the workspace's catalogs is like its name"
        return
    catalog = environment.catalog
    yield f"  name: {catalog.name}"
    if not catalog.isolated:
        yield "  exists: true  # seen by every workspace: only named, as isolating it would shut others out"
        return
    readers = [item.name for item in account.environments if item.workspace.id in catalog.readers]
    if readers:
        yield f"  read_only_in: [{', '.join(readers)}]"
    if catalog.info.storage_root:
        yield f"  storage_root: {_text(catalog.info.storage_root)}"


def _warehouse_lines(environment: RunningEnvironment) -> Iterator[str]:
    if not environment.warehouses:
        yield "warehouse: {size: 2X-Small, auto_stop_minutes: 10}  # made: the workspace has none"
        return
    (name, id_), *others = sorted(environment.warehouses.items())
    yield f"warehouse: {{id: {id_}}}  # {name}"
    for other, other_id in others:
        yield f"# or warehouse: {{id: {other_id}}}  # {other}"


def _matrix_lines(rows: Rows) -> Iterator[str]:
    for who, places in sorted(rows.items()):
        yield f"{_text(who)}:"
        for place, levels in sorted(places.items()):
            yield f"  {place}:"
            yield from (
                f"    {level}: [{', '.join(sorted(levels[level]))}]" for level in LEVELS if level in levels
            )


def _volumes(schema: RunningSchema) -> dict[str, str]:
    return {"artifacts": "The code that the jobs run, as wheels", **schema.volumes}


def _table_lines(name: str, table: TableInfo) -> Iterator[str]:
    yield f"  {name}:"
    if table.comment:
        yield f"    comment: {_text(table.comment)}"
    yield "    columns:"
    for column in sorted(table.columns or [], key=lambda item: item.position or 0):
        yield f"      {_text(column.name or '')}: {{{', '.join(_column(column))}}}"


def _column(column: ColumnInfo) -> Iterable[str]:
    yield f"type: {_text((column.type_text or '').upper())}"
    if column.nullable is False:
        yield "nullable: false"
    if column.comment:
        yield f"comment: {_text(column.comment)}"


def _text(value: str) -> str:
    """A YAML scalar: JSON's strings are YAML's, and plain words need no quotes."""
    return (
        value
        if value.replace("_", "").replace("-", "").isalnum() and value[0].isalpha()
        else json.dumps(value)
    )


def _file(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
