"""What may be said of a securable when it is made or changed, and the check of each field's kind."""

from __future__ import annotations

from infra.local.workspace.catalog.names import Securable, parse
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.store import Document

_SHARED = ("comment", "properties", "enable_predictive_optimization")
CREDENTIALS = ("aws_iam_role", "azure_managed_identity", "databricks_gcp_service_account")
"""What a storage credential can be, each of its own cloud."""
_LOCATION = ("comment", "credential_name", "fallback", "read_only", "url")
CREATED = {
    "catalog": (*_SHARED, "options", "storage_root"),
    "storage_credential": ("comment", "read_only", *CREDENTIALS),
    "external_location": _LOCATION,
    "schema": (*_SHARED, "storage_root"),
    "volume": ("comment",),
    "registered_model": ("comment",),
}
CHANGED = {
    "catalog": (*_SHARED, "options", "isolation_mode", "owner", "new_name"),
    "storage_credential": ("comment", "read_only", *CREDENTIALS, "isolation_mode", "owner", "new_name"),
    "external_location": (*_LOCATION, "isolation_mode", "owner", "new_name"),
    "schema": (*_SHARED, "owner", "new_name"),
    "volume": ("comment", "owner", "new_name"),
    "registered_model": ("comment", "owner", "new_name"),
    "table": ("comment", "properties", "view_definition", "owner", "new_name"),
}
_MAPS = ("properties", "options", *CREDENTIALS)
_FLAGS = ("fallback", "read_only")
_ALLOWED = {
    "isolation_mode": ("OPEN", "ISOLATED", "ISOLATION_MODE_OPEN", "ISOLATION_MODE_ISOLATED"),
    "enable_predictive_optimization": ("ENABLE", "DISABLE", "INHERIT"),
}


def pick(document: Document, names: tuple[str, ...]) -> Document:
    """The fields of a request that are among some names and not null, each of the kind that it must be."""
    found = {name: document[name] for name in names if document.get(name) is not None}
    for name, value in found.items():
        _check(name, value)
    return found


def text(document: Document, name: str) -> str:
    """A field that must be given as text."""
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidParameterError(f"Missing required field: {name}")
    return value


def in_schema(document: Document, securable_type: str) -> Securable:
    """The object that `catalog_name`, `schema_name` and `name` of a request mean."""
    schema = parse("schema", f"{text(document, 'catalog_name')}.{text(document, 'schema_name')}")
    return schema.child(securable_type, document.get("name"))


def _check(name: str, value: object) -> None:
    if name in _MAPS:
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise InvalidParameterError(f"{name} must map text to text.")
    elif name in _FLAGS:
        if not isinstance(value, bool):
            raise InvalidParameterError(f"{name} must be true or false.")
    elif not isinstance(value, str):
        raise InvalidParameterError(f"{name} must be text.")
    elif value not in _ALLOWED.get(name, (value,)):
        raise InvalidParameterError(f"{name} is not one of {', '.join(_ALLOWED[name])}.")
