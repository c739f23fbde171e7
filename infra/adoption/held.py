"""Rights that groups hold in a running account, in the words of the access matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.iam import Group

from infra.adoption.clients import Clients
from infra.adoption.running import RunningAccount, RunningEnvironment
from infra.config.vocabulary import CATALOG_PRIVILEGES, LEVELS, PERMISSIONS, SCHEMA_PRIVILEGES, Level

Rows = dict[str, dict[str, dict[Level, list[str]]]]  # assets by group, place and level
_EVERYTHING = "ALL_PRIVILEGES"
_EVERYBODY = "users"  # the group of a workspace that all who are let in are in
_ENTITLED: Mapping[str, Level] = {"databricks-sql-access": "use", "allow-cluster-create": "write"}


def read_rights(account: RunningAccount, clients: Clients) -> Rows:
    """What each group may do in each environment, as far as the matrix has words for it.

    A level is told where all that it would give is held, so that nobody gains by it.
    """
    rows: Rows = {group: {} for group in account.groups}
    for environment in account.environments:
        client = clients.workspace(environment.workspace.host)
        _read_workspace(rows, environment, clients)
        _read_warehouse(rows, environment, client)
        _read_catalog(rows, environment, client)
    return {group: places for group, places in rows.items() if places}


def _read_workspace(rows: Rows, environment: RunningEnvironment, clients: Clients) -> None:
    client = clients.workspace(environment.workspace.host)
    (users,) = client.groups.list(filter=f'displayName eq "{_EVERYBODY}"')
    everybody = _entitlements(client.groups.get(users.id or ""))
    for assignment in clients.account.workspace_assignment.list(environment.workspace.id):
        group = assignment.principal.group_name if assignment.principal else None
        if group is None or group not in rows or assignment.principal is None:
            continue
        roles = {role.value for role in assignment.permissions or []}
        entitled = everybody | _entitlements(client.groups.get(str(assignment.principal.principal_id)))
        levels = [level for name, level in _ENTITLED.items() if name in entitled]
        levels += ["manage"] if "ADMIN" in roles else ["read"]
        _add(rows, group, environment.name, max(levels, key=LEVELS.index), "workspace")


def _entitlements(group: Group) -> set[str | None]:
    return {item.value for item in group.entitlements or []}


def _read_warehouse(rows: Rows, environment: RunningEnvironment, client: WorkspaceClient) -> None:
    if len(environment.warehouses) != 1:
        return  # which is the environment's is not known
    (warehouse,) = environment.warehouses.values()
    levels = {name: level for level, name in PERMISSIONS["warehouses"].items()}
    for entry in client.permissions.get("warehouses", warehouse).access_control_list or []:
        held = [item.permission_level.value for item in entry.all_permissions or [] if item.permission_level]
        named = [levels[name] for name in held if name in levels]
        if entry.group_name in rows and named:
            highest = max(named, key=LEVELS.index)
            _add(rows, entry.group_name, environment.name, highest, "warehouses")


def _read_catalog(rows: Rows, environment: RunningEnvironment, client: WorkspaceClient) -> None:
    catalog = environment.catalog
    if catalog is None:
        return
    for group, privileges in _privileges(client, "catalog", catalog.name, rows).items():
        _add_assets(rows, group, environment.name, CATALOG_PRIVILEGES, privileges, lowest="write")
    for schema in (item for item in catalog.schemas if item.models):
        place = f"{environment.name}/{schema.name}"
        found = _privileges(client, "schema", f"{catalog.name}.{schema.name}", rows)
        for group, privileges in found.items():
            _add_assets(rows, group, place, SCHEMA_PRIVILEGES, privileges)


def _privileges(
    client: WorkspaceClient, kind: str, name: str, groups: Iterable[str]
) -> dict[str, frozenset[str]]:
    """What groups hold on a securable, inherited or not."""
    answer = client.grants.get_effective(kind, name)
    held = {
        item.principal or "": frozenset(
            each.privilege.value for each in item.privileges or [] if each.privilege
        )
        for item in answer.privilege_assignments or []
    }
    return {group: held[group] for group in groups if group in held}


def _add_assets(
    rows: Rows,
    group: str,
    place: str,
    table: Mapping[str, Mapping[Level, tuple[str, ...]]],
    privileges: frozenset[str],
    *,
    lowest: Level = "read",
) -> None:
    for asset, by_level in table.items():
        level = _reached(by_level, privileges)
        if level and LEVELS.index(level) >= LEVELS.index(lowest):
            _add(rows, group, place, level, asset)


def _reached(by_level: Mapping[Level, tuple[str, ...]], privileges: frozenset[str]) -> Level | None:
    """The highest level whose privileges, and those of the levels below it, are all held."""
    reached: Level | None = None
    wanted: set[str] = set()
    for level in (item for item in LEVELS if item in by_level):
        wanted |= set(by_level[level])
        if _EVERYTHING in privileges or wanted <= privileges:
            reached = level
    return reached


def _add(rows: Rows, group: str, place: str, level: Level, asset: str) -> None:
    rows[group].setdefault(place, {}).setdefault(level, []).append(asset)
