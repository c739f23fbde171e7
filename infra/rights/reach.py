"""From which workspaces a right on data can be used: those that let somebody in and see the catalog."""

from __future__ import annotations

from infra.config.vocabulary import METRICS_PRIVILEGES, SCHEMA_PRIVILEGES, TABLE_PRIVILEGES
from infra.rights.effective import EffectiveRights, Right

_OF_CATALOGS = {*SCHEMA_PRIVILEGES, *TABLE_PRIVILEGES, *METRICS_PRIVILEGES}
_CHANGES = {"write", "manage"}


def doors(rights: EffectiveRights, right: Right) -> list[str]:
    """`from dev's workspace, to read, with SQL`, for each workspace; nothing for what is no catalog's."""
    if right.project is None or right.asset not in _OF_CATALOGS:
        return []
    catalog = rights.catalog(right.environment)
    who = right.acting or right.principal
    found = []
    for environment in rights.declared.environments:
        role = rights.workspaces.role(who, environment)
        seen = rights.workspaces.sees(environment, catalog)
        if role and seen:
            only_reads = seen[0] == "READ_ONLY" and right.level in _CHANGES
            entitled = rights.workspaces.entitlements(who, environment)
            with_sql = role[0] == "ADMIN" or "databricks_sql_access" in entitled
            words = [f"from {environment}'s workspace", "to read only" if only_reads else f"to {right.level}"]
            found.append(", ".join([*words, "with SQL" if with_sql else "without SQL"]))
    return found or ["from no workspace: none that lets it in sees the catalog"]
