"""What a running account holds of what settings can describe: read, never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import (
    CatalogInfo,
    CatalogIsolationMode,
    CatalogType,
    TableInfo,
    TableType,
    WorkspaceBindingBindingType,
)

from infra.adoption.clients import Clients, RunningWorkspace

_OWN = {"information_schema"}  # schemas that Unity Catalog makes by itself
_MANAGED = {TableType.MANAGED}
_DATABRICKS = {"system", "samples", "hive_metastore"}
_CAN_WRITE = WorkspaceBindingBindingType.BINDING_TYPE_READ_WRITE


@dataclass(frozen=True)
class RunningSchema:
    """A schema with what a project may declare of it."""

    name: str
    models: Mapping[str, str]  # comments by name
    volumes: Mapping[str, str]
    tables: Mapping[str, TableInfo]  # managed Delta tables
    others: tuple[str, ...]  # views, external tables: nothing declares them


@dataclass(frozen=True)
class RunningCatalog:
    """An environment's catalog."""

    info: CatalogInfo
    readers: frozenset[int]  # workspaces that it is bound to, read-only
    schemas: tuple[RunningSchema, ...]

    @property
    def name(self) -> str:
        """The catalog's name."""
        return str(self.info.name)

    @property
    def isolated(self) -> bool:
        """Whether only the workspaces that it is bound to see it."""
        return self.info.isolation_mode == CatalogIsolationMode.ISOLATED


@dataclass(frozen=True)
class RunningEnvironment:
    """A workspace, and what in it can become an environment's."""

    name: str
    workspace: RunningWorkspace
    catalog: RunningCatalog | None
    warehouses: Mapping[str, str]  # ids by name
    left: tuple[str, ...] = ()  # other catalogs that it sees, and writes


@dataclass(frozen=True)
class RunningAccount:
    """An account that is to be described."""

    metastore_id: str
    region: str
    groups: tuple[str, ...]
    environments: tuple[RunningEnvironment, ...] = field(default=())


def read_account(clients: Clients) -> RunningAccount:
    """What the account has, as its first principal sees it; ValueError where it has no workspaces."""
    workspaces = clients.workspaces
    if not workspaces:
        raise ValueError("the account has no workspaces")
    names = environment_names(workspace.name for workspace in workspaces)
    current = clients.workspace(workspaces[0].host).metastores.summary()
    environments = [
        read_environment(names[workspace.name], workspace, clients.workspace(workspace.host))
        for workspace in sorted(workspaces, key=lambda item: names[item.name])
    ]
    groups = sorted(group.display_name or "" for group in clients.account.groups.list())
    return RunningAccount(
        metastore_id=current.metastore_id or "",
        region=current.region or workspaces[0].region,
        groups=tuple(groups),
        environments=tuple(environments),
    )


def environment_names(workspaces: Iterable[str]) -> dict[str, str]:
    """By workspace, its environment's name: what tells it from the others, e.g. `prod` of `acme-ml-prod`."""
    names = sorted(workspaces)
    pairs = zip(names[0], names[-1], strict=False)  # of sorted names, what these two share all do
    same = list(takewhile(lambda pair: pair[0] == pair[1], pairs))
    common = names[0][: len(same)]
    shared = re.sub(r"[^-_. ]*$", "", common)
    return {name: _identifier(name.removeprefix(shared)) for name in names}


def read_environment(name: str, workspace: RunningWorkspace, client: WorkspaceClient) -> RunningEnvironment:
    """What a workspace has."""
    writable = [catalog for catalog in _catalogs(client) if _is_written_from(client, catalog, workspace.id)]
    chosen = _choose(name, writable)
    return RunningEnvironment(
        name=name,
        workspace=workspace,
        catalog=_read_catalog(client, chosen) if chosen else None,
        warehouses={item.name or "": item.id or "" for item in client.warehouses.list()},
        left=tuple(sorted(str(item.name) for item in writable if item is not chosen)),
    )


def _catalogs(client: WorkspaceClient) -> list[CatalogInfo]:
    found = [item for item in client.catalogs.list() if item.catalog_type == CatalogType.MANAGED_CATALOG]
    return [item for item in found if item.name not in _DATABRICKS]


def _is_written_from(client: WorkspaceClient, catalog: CatalogInfo, workspace: int) -> bool:
    if catalog.isolation_mode != CatalogIsolationMode.ISOLATED:
        return True
    bindings = client.workspace_bindings.get_bindings("catalog", str(catalog.name))
    return any(item.workspace_id == workspace and item.binding_type == _CAN_WRITE for item in bindings)


def _choose(name: str, catalogs: list[CatalogInfo]) -> CatalogInfo | None:
    """The catalog that has the environment's name, or has it in its own, or is this workspace's alone."""
    exact = [item for item in catalogs if item.name == name]
    similar = [item for item in catalogs if name in str(item.name)]
    own = [item for item in catalogs if item.isolation_mode == CatalogIsolationMode.ISOLATED]
    for candidates in (exact, similar, own):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _read_catalog(client: WorkspaceClient, info: CatalogInfo) -> RunningCatalog:
    name = str(info.name)
    bindings = client.workspace_bindings.get_bindings("catalog", name)
    readers = {item.workspace_id or 0 for item in bindings if item.binding_type != _CAN_WRITE}
    schemas = [item.name or "" for item in client.schemas.list(name) if item.name not in _OWN]
    return RunningCatalog(
        info, frozenset(readers), tuple(_read_schema(client, name, schema) for schema in sorted(schemas))
    )


def _read_schema(client: WorkspaceClient, catalog: str, name: str) -> RunningSchema:
    tables = list(client.tables.list(catalog, name))
    managed = {table.name or "": table for table in tables if table.table_type in _MANAGED}
    models = client.registered_models.list(catalog_name=catalog, schema_name=name)
    volumes = client.volumes.list(catalog, name)
    return RunningSchema(
        name=name,
        models={item.name or "": item.comment or "" for item in models},
        volumes={item.name or "": item.comment or "" for item in volumes},
        tables=managed,
        others=tuple(sorted(table.name or "" for table in tables if table.name not in managed)),
    )


def _identifier(text: str) -> str:
    word = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_")
    return word if word and word[0].isalpha() else f"env_{word}"
