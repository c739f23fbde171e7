"""Grants that nobody declared: what the catalog holds besides, on everything that is declared in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound

from infra.declared.securables import SECURABLES
from infra.review.deployed import Names
from infra.review.granted import granted_on

Json = dict[str, Any]

# The attribute of databricks_grant for what each of these types makes.
_KINDS: Mapping[str, str] = {
    "databricks_catalog": "catalog",
    "databricks_external_location": "external_location",
    "databricks_registered_model": "model",
    "databricks_schema": "schema",
    "databricks_sql_table": "table",
    "databricks_storage_credential": "storage_credential",
    "databricks_volume": "volume",
}


def find_undeclared(client: WorkspaceClient, document: Json, names: Names, stack: str) -> Iterator[Json]:
    """Grants, as if they were declared, that the stack has no resource for.

    Terraform's grants are one principal's each, and leave those of others alone: no plan tells of these.
    """
    declared = {
        (kind, str(item.get(kind)), str(item["principal"]))
        for item in document.get("resource", {}).get("databricks_grant", {}).values()
        for kind in SECURABLES
        if item.get(kind)
    }
    for type_, kind in _KINDS.items():
        for item in document.get("resource", {}).get(type_, {}).values():
            name = str(item.get("id") or item.get("name"))
            for principal, privileges in _held(client, kind, name):
                who = str(names.value(stack, "principal", principal))
                if (kind, name, who) not in declared:
                    yield {kind: name, "principal": who, "privileges": privileges}


def _held(client: WorkspaceClient, kind: str, name: str) -> Iterator[tuple[str, list[str]]]:
    try:
        yield from granted_on(client, kind, name)
    except NotFound:  # it is gone itself, which the plan tells
        return
