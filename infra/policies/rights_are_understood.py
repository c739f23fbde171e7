"""Rights are given only by what policies can read: anything else would go unseen."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.declared.resource import Resource
from infra.rights.objects import ASSETS
from infra.rights.principals import is_rule_set

_NOT_THE_OBJECT = {"access_control", "depends_on", "lifecycle", "provider"}
_WHO = ("group_name", "service_principal_name", "user_name")

_UNREAD = {
    "databricks_catalog_workspace_binding": "databricks_workspace_binding",
    "databricks_permission_assignment": "databricks_mws_permission_assignment",
    "databricks_sql_permissions": "databricks_grant",
}


def check(organisation: Organisation) -> Iterator[Violation]:
    """Resources that give rights in a way that nobody looks at, and what takes their place."""
    declared = organisation.declared
    for type_, instead in _UNREAD.items():
        for item in declared.of(type_):
            yield Violation(item, f"{instead} says the same, where policies see it")
    yield from _let_in(organisation)
    for item in declared.of("databricks_permissions"):
        if not ASSETS.keys() & item.values.keys():
            yield from (Violation(item, f"{told}: no policy would see it") for told in _told(item))
    for item in declared.of("databricks_access_control_rule_set"):
        if not is_rule_set(item):
            yield from (Violation(item, f"{told}: no policy would see it") for told in _held(item))


def _let_in(organisation: Organisation) -> Iterator[Violation]:
    """Assignments to workspaces that can't be told whose or where they are."""
    rights = organisation.rights
    for item in organisation.declared.of("databricks_mws_permission_assignment"):
        who = str(item.values["principal_id"])
        if rights.workspaces.environment_of(item.values["workspace_id"]) is None:
            yield Violation(item, f"{who} is let into a workspace that is no environment's")
        if who not in rights.principals.all:
            yield Violation(
                item, f"{who}, who is let into a workspace, is nobody that the account's stack names"
            )


def _told(item: Resource) -> Iterator[str]:
    """Who has which permission on what."""
    what = ", ".join(f"{key} {value}" for key, value in item.values.items() if key not in _NOT_THE_OBJECT)
    for entry in item.values["access_control"]:
        who = next(entry[key] for key in _WHO if entry.get(key))
        yield f"{who} could {entry['permission_level']} {what}"


def _held(item: Resource) -> Iterator[str]:
    """Who has which role on what."""
    for rule in item.values.get("grant_rules", []):
        for who in rule.get("principals", []):
            yield f"{who} has {rule['role']} on {item.values['name']}"
