"""The words of the access matrix: assets, levels, and the Databricks rights behind each.

A level includes the ones before it. Each asset lists the levels at which something is gained.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Level = Literal["read", "use", "write", "manage"]
LEVELS: tuple[Level, ...] = get_args(Level)

# What anybody left in a project's schemas, to be dropped by who has nothing to do with it: the purge.
LEFTOVERS: Mapping[str, Mapping[Level, tuple[str, ...]]] = {"leftovers": {"manage": ("MANAGE",)}}

# Unity Catalog privileges on each project's schema, so that they cover what is yet to come in it.
SCHEMA_PRIVILEGES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "data": {"read": ("SELECT",), "write": ("MODIFY",), "manage": ("CREATE_TABLE",)},
    "models": {
        "read": ("EXECUTE",),
        "write": ("CREATE_MODEL", "CREATE_MODEL_VERSION", "APPLY_TAG"),
    },
    "volumes": {"read": ("READ_VOLUME",), "write": ("WRITE_VOLUME",), "manage": ("CREATE_VOLUME",)},
    **LEFTOVERS,
}

# Unity Catalog privileges on some of a project's declared tables: its feature tables, its tables of
# predictions. They are granted on each of these where the schema's privileges don't give them on all.
TABLE_PRIVILEGES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "features": {"read": ("SELECT",), "write": ("MODIFY",), "manage": ("MANAGE",)},
    "inference_tables": {"read": ("SELECT",), "write": ("MODIFY",), "manage": ("MANAGE",)},
}

# Unity Catalog privileges on the schema of each project's metric tables; its monitors alone write there.
METRICS_PRIVILEGES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "metrics": {"read": ("SELECT",)},
    **LEFTOVERS,
}

# Unity Catalog privileges on each project's model itself: who manages it moves its aliases.
MODEL_PRIVILEGES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {"models": {"manage": ("MANAGE",)}}

# Unity Catalog privileges on the environment's catalog; USE_CATALOG comes with any right inside it.
CATALOG_PRIVILEGES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "catalog": {"read": ("USE_CATALOG",), "write": ("CREATE_SCHEMA",)},
}

# What who deploys into somebody else's catalog has on it; the owner grants it before the first deploy.
TAKING_OVER = ("USE_SCHEMA", "CREATE_SCHEMA", "CREATE_TABLE", "CREATE_VOLUME", "CREATE_MODEL", "MANAGE")

# Unity Catalog privileges on schemas of Databricks' system tables: who changed what, in every workspace of
# the account, stands in the schema `access`, which is an asset by itself; `system` is all others that are on.
SYSTEM_PRIVILEGES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "system": {"read": ("SELECT",)},
    "audit": {"read": ("SELECT",)},
}
AUDIT_SCHEMA = "access"

METASTORE_PRIVILEGES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "metastore": {"write": ("CREATE_CATALOG",)},
    "storage": {"write": ("CREATE_STORAGE_CREDENTIAL", "CREATE_EXTERNAL_LOCATION")},
}

# Permission levels on workspace objects; the highest one counts.
PERMISSIONS: Mapping[str, Mapping[Level, str]] = {
    "jobs": {"read": "CAN_VIEW", "use": "CAN_MANAGE_RUN", "manage": "CAN_MANAGE"},
    "endpoints": {"read": "CAN_VIEW", "use": "CAN_QUERY", "manage": "CAN_MANAGE"},
    "experiments": {"read": "CAN_READ", "write": "CAN_EDIT", "manage": "CAN_MANAGE"},
    "warehouses": {"read": "CAN_VIEW", "use": "CAN_USE", "manage": "CAN_MANAGE"},
    "compute": {"use": "CAN_USE"},
    "alerts": {"read": "CAN_READ", "use": "CAN_RUN", "write": "CAN_EDIT", "manage": "CAN_MANAGE"},
    "dashboards": {"read": "CAN_READ", "use": "CAN_RUN", "write": "CAN_EDIT", "manage": "CAN_MANAGE"},
    "git_folders": {"read": "CAN_READ", "use": "CAN_RUN", "write": "CAN_EDIT", "manage": "CAN_MANAGE"},
    "secrets": {"read": "READ", "write": "WRITE", "manage": "MANAGE"},
}

# What a workspace lets its users do; to manage it is to be its admin, who may do anything there.
ENTITLEMENTS: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "workspace": {
        "read": ("workspace_access",),
        "use": ("databricks_sql_access",),
        "write": ("allow_cluster_create",),
        "manage": (),
    },
}

# Roles on the principal that an environment's jobs run as.
PRINCIPAL_ROLES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "principals": {
        "use": ("roles/servicePrincipal.user",),
        "manage": ("roles/servicePrincipal.manager",),
    },
}

# Roles on the budget policy that an environment's serverless compute is billed under.
BUDGET_ROLES: Mapping[str, Mapping[Level, tuple[str, ...]]] = {
    "budgets": {"use": ("roles/budgetPolicy.user",), "manage": ("roles/budgetPolicy.manager",)},
}

_OF_ENVIRONMENTS = ("warehouses", "compute")  # objects with permissions that all its projects share


def levels_of(asset: str) -> list[Level]:
    """The levels that mean something for an asset; none for an unknown one."""
    tables = (
        *(SCHEMA_PRIVILEGES, TABLE_PRIVILEGES, METRICS_PRIVILEGES, MODEL_PRIVILEGES, CATALOG_PRIVILEGES),
        *(METASTORE_PRIVILEGES, SYSTEM_PRIVILEGES, PERMISSIONS),
        *(ENTITLEMENTS, PRINCIPAL_ROLES, BUDGET_ROLES),
    )
    known = {level for table in tables for level in table.get(asset, {})}
    return [level for level in LEVELS if level in known]


def assets() -> list[str]:
    """Everything that the matrix can speak of."""
    return [
        *assets_of_projects(),
        *(*_OF_ENVIRONMENTS, *CATALOG_PRIVILEGES, *METASTORE_PRIVILEGES, *SYSTEM_PRIVILEGES),
        *(*ENTITLEMENTS, *PRINCIPAL_ROLES, *BUDGET_ROLES),
    ]


def assets_of_projects() -> list[str]:
    """What each ML project has of its own, so that rights can be given for one project alone."""
    permitted = [asset for asset in PERMISSIONS if asset not in _OF_ENVIRONMENTS]
    of_tables = ["data", *TABLE_PRIVILEGES]
    return list(dict.fromkeys([*of_tables, *SCHEMA_PRIVILEGES, *METRICS_PRIVILEGES, *permitted]))
