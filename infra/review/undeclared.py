"""Grants that nobody declared: what the catalog holds besides, on everything that is declared in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound

from infra.review.deployed import Names

Json = dict[str, Any]

# How the grants API calls what each of these types makes, and the attribute of databricks_grant for it.
_KINDS: Mapping[str, tuple[str, str]] = {
    "databricks_catalog": ("catalog", "catalog"),
    "databricks_external_location": ("external_location", "external_location"),
    "databricks_registered_model": ("function", "model"),
    "databricks_schema": ("schema", "schema"),
    "databricks_sql_table": ("table", "table"),
    "databricks_storage_credential": ("credential", "storage_credential"),
    "databricks_volume": ("volume", "volume"),
}


def find_undeclared(client: WorkspaceClient, document: Json, names: Names, stack: str) -> Iterator[Json]:
    """Grants, as if they were declared, that the stack has no resource for.

    Terraform's grants are one principal's each, and leave those of others alone: no plan tells of these.
    """
    declared = {
        (kind, str(item.get(kind)), str(item["principal"]))
        for item in document.get("resource", {}).get("databricks_grant", {}).values()
        for _, kind in _KINDS.values()
        if item.get(kind)
    }
    for type_, (called, attribute) in _KINDS.items():
        for item in document.get("resource", {}).get(type_, {}).values():
            name = str(item.get("id") or item.get("name"))
            for principal, privileges in _held(client, called, name):
                who = str(names.value(stack, "principal", principal))
                if (attribute, name, who) not in declared:
                    yield {attribute: name, "principal": who, "privileges": privileges}


def _held(client: WorkspaceClient, kind: str, name: str) -> Iterator[tuple[str, list[str]]]:
    try:
        answer = client.grants.get(kind, name)
    except NotFound:  # it is gone itself, which the plan tells
        return
    for item in answer.privilege_assignments or []:
        if item.principal and item.privileges:
            yield item.principal, [privilege.value for privilege in item.privileges]
