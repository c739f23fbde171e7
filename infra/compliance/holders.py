"""Every right as it is written, whoever holds it: for what must not be written at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from infra.declared.declared import Declared
from infra.declared.resource import Resource
from infra.rights.privileges import privileges_of
from infra.rights.workspaces import ENTITLEMENTS

Holding = tuple[Resource, str, str]  # what gives it, to whom, and what it is: `could SELECT`
_Told = Iterator[tuple[str, str]]


def holdings(declared: Declared) -> Iterator[Holding]:
    """Grants, ownerships, permissions, secrets, roles, entries to workspaces and entitlements."""
    for item in declared.resources:
        if not item.is_data:
            for who, right in _READERS.get(item.type, _owned)(item):
                yield item, who, right


def _granted(item: Resource) -> _Told:
    for entry in item.values.get("grant", [item.values]):
        yield str(entry["principal"]), f"could {', '.join(privileges_of(entry))}"


def _permitted(item: Resource) -> _Told:
    for entry in item.values["access_control"]:
        keys = ("group_name", "user_name", "service_principal_name")
        yield next(str(entry[key]) for key in keys if entry.get(key)), f"has {entry['permission_level']}"


def _keeps_secrets(item: Resource) -> _Told:
    yield str(item.values["principal"]), f"could {item.values['permission']} {item.values['scope']}"


def _made_scope(item: Resource) -> _Told:
    if who := item.values.get("initial_manage_principal"):
        yield str(who), f"could MANAGE {item.values['name']}"


def _has_roles(item: Resource) -> _Told:
    for rule in item.values.get("grant_rules", []):
        for who in rule.get("principals", []):
            yield str(who).partition("/")[2], f"has {rule['role']}"


def _let_in(item: Resource) -> _Told:
    roles = ", ".join(item.values["permissions"])
    yield str(item.values["principal_id"]), f"is {roles} of a workspace"


def _entitled(item: Resource) -> _Told:
    keys = ("group_id", "user_id", "service_principal_id")
    who = next(str(item.values[key]) for key in keys if item.values.get(key))
    for name in (name for name in ENTITLEMENTS if item.values.get(name)):
        yield who, f"has {name}"


def _owned(item: Resource) -> _Told:
    if owner := item.values.get("owner"):
        yield str(owner), "owns it"


_READERS: Mapping[str, Callable[[Resource], _Told]] = {
    "databricks_access_control_rule_set": _has_roles,
    "databricks_entitlements": _entitled,
    "databricks_grant": _granted,
    "databricks_grants": _granted,
    "databricks_mws_permission_assignment": _let_in,
    "databricks_permissions": _permitted,
    "databricks_secret_acl": _keeps_secrets,
    "databricks_secret_scope": _made_scope,
}
