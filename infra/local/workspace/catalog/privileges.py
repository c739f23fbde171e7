"""Which privileges exist for which securable, and how they are spelled."""

from __future__ import annotations

from infra.local.workspace.catalog.names import Securable, printable
from infra.local.workspace.errors import InvalidParameterError

MANAGE = "MANAGE"
BROWSE = "BROWSE"
ALL_PRIVILEGES = "ALL_PRIVILEGES"

USE = {"catalog": "USE_CATALOG", "schema": "USE_SCHEMA"}
CREATE = {
    "catalog": "CREATE_CATALOG",
    "storage_credential": "CREATE_STORAGE_CREDENTIAL",
    "external_location": "CREATE_EXTERNAL_LOCATION",
    "schema": "CREATE_SCHEMA",
    "table": "CREATE_TABLE",
    "volume": "CREATE_VOLUME",
    "registered_model": "CREATE_MODEL",
}
READS = frozenset({"USE_CATALOG", "USE_SCHEMA", "SELECT", "READ_VOLUME", "READ_FILES", "EXECUTE", BROWSE})
NOT_IN_ALL = frozenset({MANAGE, "EXTERNAL_USE_SCHEMA", "EXTERNAL_USE_LOCATION"})
SHOWS = {
    "metastore": (),
    "catalog": ("USE_CATALOG",),
    "storage_credential": ("CREATE_EXTERNAL_LOCATION", "READ_FILES", "WRITE_FILES"),
    "external_location": ("CREATE_MANAGED_STORAGE", "READ_FILES", "WRITE_FILES"),
    "schema": ("USE_SCHEMA",),
    "table": ("SELECT", "MODIFY"),
    "volume": ("READ_VOLUME", "WRITE_VOLUME"),
    "registered_model": ("EXECUTE", "CREATE_MODEL_VERSION"),
}
"""Any one of these, beside MANAGE, lets a principal see a securable's description."""

_OF_FILES = frozenset({ALL_PRIVILEGES, MANAGE, "CREATE_EXTERNAL_TABLE", "READ_FILES", "WRITE_FILES"})
_OF_EVERY_OBJECT = frozenset({ALL_PRIVILEGES, "APPLY_TAG", MANAGE})
_OF_OBJECTS = {
    "table": _OF_EVERY_OBJECT | {"SELECT", "MODIFY"},
    "volume": _OF_EVERY_OBJECT | {"READ_VOLUME", "WRITE_VOLUME"},
    "registered_model": _OF_EVERY_OBJECT | {"EXECUTE", "CREATE_MODEL_VERSION"},
}
_OF_SCHEMAS = frozenset().union(*_OF_OBJECTS.values()) | {
    "CREATE_FUNCTION",
    "CREATE_MATERIALIZED_VIEW",
    "CREATE_MODEL",
    "CREATE_TABLE",
    "CREATE_VOLUME",
    "EXTERNAL_USE_SCHEMA",
    "REFRESH",
    "USE_SCHEMA",
}
APPLICABLE: dict[str, frozenset[str]] = {
    "metastore": frozenset(
        {
            "CREATE_CATALOG",
            "CREATE_CLEAN_ROOM",
            "CREATE_CONNECTION",
            "CREATE_EXTERNAL_LOCATION",
            "CREATE_PROVIDER",
            "CREATE_RECIPIENT",
            "CREATE_SERVICE_CREDENTIAL",
            "CREATE_SHARE",
            "CREATE_STORAGE_CREDENTIAL",
            "MANAGE_ALLOWLIST",
            "SET_SHARE_PERMISSION",
            "USE_MARKETPLACE_ASSETS",
            "USE_PROVIDER",
            "USE_RECIPIENT",
            "USE_SHARE",
        }
    ),
    "catalog": _OF_SCHEMAS | {BROWSE, "CREATE_SCHEMA", "USE_CATALOG"},
    "storage_credential": _OF_FILES | {"CREATE_EXTERNAL_LOCATION"},
    "external_location": _OF_FILES
    | {
        BROWSE,
        "CREATE_EXTERNAL_VOLUME",
        "CREATE_FOREIGN_SECURABLE",
        "CREATE_MANAGED_STORAGE",
        "EXTERNAL_USE_LOCATION",
    },
    "schema": _OF_SCHEMAS,
    **_OF_OBJECTS,
}


def spell(privilege: str) -> str:
    """A privilege as Unity Catalog echoes it: `use catalog` is `USE_CATALOG`."""
    return privilege.rpartition(".")[2].strip().upper().replace(" ", "_")


def check(privilege: str, securable: Securable) -> str:
    """The canonical spelling of a privilege that can be granted on a securable."""
    name = spell(privilege)
    if name not in APPLICABLE[securable.type]:
        kind = "FUNCTION" if securable.type == "registered_model" else securable.type.upper()
        raise InvalidParameterError(
            f"Privilege {printable(name)} is not applicable to this entity [{securable.full_name}:{kind}]."
        )
    return name
