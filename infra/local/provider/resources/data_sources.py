"""Data sources: the caller, and groups and service principals by name."""

from __future__ import annotations

import re

from infra.local.provider.client import Api, JsonObject
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import DataSource, InvalidError
from infra.local.provider.resources.principals import is_service_principal

_GROUP_ATTRIBUTES = "displayName,members,roles,entitlements,externalId,groups"


def read_current_user(api: Api, config: Element) -> Element:
    """databricks_current_user."""
    del config
    me = api.scim("GET", "Me")
    name = str(me["userName"])
    return {
        "id": me["id"],
        "user_name": name,
        "home": f"/Users/{name}",
        "repos": f"/Repos/{name}",
        "alphanumeric": re.sub(r"\W", "_", name.partition("@")[0]).lower(),
        "external_id": me.get("externalId"),
        "acl_principal_id": f"{'servicePrincipals' if is_service_principal(name) else 'users'}/{name}",
        "workspace_url": api.host,
    }


def read_group(api: Api, config: Element) -> Element:
    """databricks_group, by display_name."""
    name = config["display_name"]
    group = _find_one(api, "Groups", f'displayName eq "{name}"', f"group {name}")
    group = api.scim("GET", f"Groups/{group['id']}", attributes=_GROUP_ATTRIBUTES)
    members = [(str(item["value"]), str(item.get("$ref", ""))) for item in group.get("members", [])]
    values = {
        "id": group["id"],
        "external_id": group.get("externalId"),
        "acl_principal_id": f"groups/{name}",
        "recursive": config["recursive"] is not False,
        "members": sorted(value for value, _ in members),
        "groups": _parents(api, group, recursive=config["recursive"] is not False),
        "instance_profiles": sorted(str(item["value"]) for item in group.get("roles", [])),
    }
    for attribute, kind in (
        ("users", "Users"),
        ("child_groups", "Groups"),
        ("service_principals", "ServicePrincipals"),
    ):
        values[attribute] = sorted(value for value, reference in members if f"{kind}/" in reference)
    held = {item.get("value", "").replace("-", "_"): True for item in group.get("entitlements", [])}
    return values | held


def read_service_principal(api: Api, config: Element) -> Element:
    """databricks_service_principal, by application_id, display_name or scim_id."""
    names = {"application_id": "applicationId", "display_name": "displayName", "scim_id": "id"}
    given = {attribute: config[attribute] for attribute in names if config[attribute]}
    if len(given) != 1:
        message = f"exactly one of {', '.join(names)} must be set"
        raise InvalidError(message, "application_id")
    attribute, value = given.popitem()
    found = _find_one(
        api, "ServicePrincipals", f'{names[attribute]} eq "{value}"', f"service principal {value}"
    )
    application_id = found.get("applicationId")
    return {
        "id": found["id"],
        "scim_id": found["id"],
        "sp_id": found["id"],
        "application_id": application_id,
        "display_name": found.get("displayName"),
        "active": found.get("active"),
        "external_id": found.get("externalId"),
        "home": f"/Users/{application_id}",
        "repos": f"/Repos/{application_id}",
        "acl_principal_id": f"servicePrincipals/{application_id}",
    }


DATA_SOURCES: dict[str, DataSource] = {
    "databricks_current_user": read_current_user,
    "databricks_group": read_group,
    "databricks_service_principal": read_service_principal,
}


def _find_one(api: Api, collection: str, scim_filter: str, what: str) -> JsonObject:
    found: list[JsonObject] = api.scim("GET", collection, filter=scim_filter).get("Resources", [])
    if len(found) != 1:
        message = f"there is no {what}" if not found else f"there are {len(found)} of {what}"
        raise InvalidError(message)
    return found[0]


def _parents(api: Api, group: JsonObject, *, recursive: bool) -> list[str]:
    found: set[str] = set()
    queue = [group]
    while queue:
        parents = [str(item["value"]) for item in queue.pop().get("groups", [])]
        if recursive:
            queue += [
                api.scim("GET", f"Groups/{id_}", attributes="groups") for id_ in parents if id_ not in found
            ]
        found.update(parents)
    return sorted(found)
