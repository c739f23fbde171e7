"""SCIM PATCH (RFC 7644, 3.5.2): operations applied to a resource as it is shown."""

from __future__ import annotations

import re
from typing import Any

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.scim.filters import Filter
from infra.local.workspace.store import Document

_LISTS = ("emails", "entitlements", "members", "roles")
_SINGLES = ("active", "displayName", "externalId", "name", "userName")
_ATTRIBUTES = {name.lower(): name for name in (*_LISTS, *_SINGLES)}
_PATH = re.compile(r"(?:urn:[\w:.]+:)?(?P<name>\w+)(?:\[(?P<filter>.*)\])?")


def patched(resource: Document, operations: Any) -> Document:
    """The resource after all operations; InvalidParameterError for one that can't be applied."""
    if not isinstance(operations, list) or not operations:
        raise InvalidParameterError("Missing required field: Operations")
    if not all(isinstance(operation, dict) for operation in operations):
        raise InvalidParameterError("Operations must be a list of objects.")
    result = {key: list(value) if isinstance(value, list) else value for key, value in resource.items()}
    for operation in operations:
        _apply(result, operation)
    return result


def _apply(resource: Document, operation: Document) -> None:
    kind = str(operation.get("op", "")).lower()
    if kind not in ("add", "remove", "replace"):
        raise InvalidParameterError(
            f"Unknown operation {operation.get('op')!r}; there are add, remove, replace."
        )
    if path := operation.get("path"):
        _apply_at(resource, kind, str(path), operation.get("value"))
    elif isinstance(operation.get("value"), dict) and kind != "remove":
        for name, value in operation["value"].items():
            _apply_at(resource, kind, name, value)
    else:
        raise InvalidParameterError(f"Operation {kind} needs a path, or an object as its value.")


def _apply_at(resource: Document, kind: str, path: str, value: Any) -> None:
    match = _PATH.fullmatch(path)
    name = _ATTRIBUTES.get(match["name"].lower()) if match else None
    if match is None or name is None:
        raise InvalidParameterError(
            f"No such attribute with the name : {path} in the current resource", code="invalidPath"
        )
    if match["filter"] is not None:
        _apply_filtered(resource, kind, name, Filter(match["filter"]))
    elif name in _LISTS:
        resource[name] = _changed_list(resource.get(name, []), kind, value)
    elif kind == "remove":
        resource.pop(name, None)
    elif value is None:
        raise InvalidParameterError(f"Operation {kind} of {name} needs a value.")
    else:
        resource[name] = single(value)


def _apply_filtered(resource: Document, kind: str, name: str, chosen: Filter) -> None:
    if kind != "remove" or name not in _LISTS:
        raise InvalidParameterError(f"A filter in the path of {name} is only served for remove.")
    resource[name] = [item for item in resource.get(name, []) if not chosen.matches(item)]


def _changed_list(present: list[Any], kind: str, value: Any) -> list[Any]:
    if kind == "remove" and value in (None, [], ""):
        return []
    given = items(value)
    values = {item["value"] for item in given}
    if kind == "replace":
        return given
    kept = [item for item in present if item["value"] not in values]
    return kept if kind == "remove" else kept + given


def items(value: Any) -> list[Document]:
    """A multi-valued attribute's values: a bare text is its `value`; empty ones are left out."""
    listed = value if isinstance(value, list) else [value]
    complex_values = [item if isinstance(item, dict) else {"value": item} for item in listed]
    return [{**item, "value": str(item["value"])} for item in complex_values if item.get("value")]


def single(value: Any) -> Any:
    """A single-valued attribute's value; Databricks' clients also send it as `[{value: …}]`."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value["value"] if isinstance(value, dict) and set(value) == {"value"} else value


def boolean(value: Any) -> bool:
    """`active`, which clients send as a boolean or as text."""
    text = str(single(value)).lower()
    if text not in ("true", "false"):
        raise InvalidParameterError(f"active must be true or false, not {value!r}.")
    return text == "true"
