"""Principals as SCIM resources, and parts of lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.caller import PrincipalKind
from infra.local.workspace.scim.filters import Filter
from infra.local.workspace.store import Document

PATHS: dict[PrincipalKind, str] = {
    "group": "Groups",
    "service_principal": "ServicePrincipals",
    "user": "Users",
}
_SCHEMAS = {
    "group": "urn:ietf:params:scim:schemas:core:2.0:Group",
    "service_principal": "urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal",
    "user": "urn:ietf:params:scim:schemas:core:2.0:User",
}
_LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_ALWAYS = ("id", "schemas", "applicationId")  # Terraform's provider reads it without naming it
_MOST = 10_000


def describe(
    document: Document,
    groups: Iterable[Document],
    names: Mapping[str, Document],
    entitlements: Iterable[str] = (),
) -> Document:
    """A principal's resource: `groups` are those that contain it, `names` the members' documents."""
    kind = document["kind"]
    resource: Document = {
        "schemas": [_SCHEMAS[kind]],
        "id": document["id"],
        "displayName": document["displayName"],
        "externalId": document.get("externalId"),
        "groups": [_reference(group, type="direct") for group in groups],
        "roles": [{"value": role} for role in document.get("roles", [])],
        "entitlements": [{"value": name} for name in entitlements],
    }
    if kind == "group":
        members = (names[member] for member in document["members"] if member in names)
        resource["members"] = [_reference(member) for member in members]
        resource["meta"] = {"resourceType": "WorkspaceGroup" if "system" in document else "Group"}
    else:
        resource["active"] = document["active"]
    if kind == "service_principal":
        resource["applicationId"] = document["applicationId"]
    if kind == "user":
        resource |= _person(document)
    return {name: value for name, value in resource.items() if value not in (None, [])}


def _person(document: Document) -> Document:
    emails = document.get("emails") or [{"type": "work", "value": document["userName"], "primary": True}]
    return {"userName": document["userName"], "name": document.get("name") or None, "emails": emails}


def _reference(principal: Document, **extra: str) -> Document:
    path = f"{PATHS[principal['kind']]}/{principal['id']}"
    return {"value": principal["id"], "display": principal["displayName"], "$ref": path, **extra}


def select(resource: Document, query: Mapping[str, str]) -> Document:
    """A resource with the attributes that `attributes` and `excludedAttributes` leave."""
    wanted = {name.partition(".")[0] for name in _names(query.get("attributes"))}
    excluded = _names(query.get("excludedAttributes"))
    return {
        name: value
        for name, value in resource.items()
        if name in _ALWAYS or ((not wanted or name.lower() in wanted) and name.lower() not in excluded)
    }


def list_response(resources: list[Document], query: Mapping[str, str]) -> Document:
    """One page of the resources that match `filter`, in the order of `sortBy`."""
    if query.get("filter"):
        chosen = Filter(query["filter"])
        resources = [resource for resource in resources if chosen.matches(resource)]
    if key := query.get("sortBy"):
        reverse = query.get("sortOrder") == "descending"
        resources = sorted(resources, key=lambda resource: str(resource.get(key, "")), reverse=reverse)
    start = max(1, _number(query, "startIndex", 1))
    count = min(_MOST, max(0, _number(query, "count", _MOST)))
    page = resources[start - 1 : start - 1 + count]
    return {
        "schemas": [_LIST_SCHEMA],
        "totalResults": len(resources),
        "startIndex": start,
        "itemsPerPage": len(page),
        "Resources": [select(resource, query) for resource in page],
    }


def _names(attributes: str | None) -> set[str]:
    return {name.strip().lower() for name in (attributes or "").split(",") if name.strip()}


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(query.get(name, default))
    except ValueError as error:
        raise InvalidParameterError(f"{name} must be a whole number, not {query[name]!r}.") from error
