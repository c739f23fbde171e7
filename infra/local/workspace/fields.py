"""Fields of a request's body, of the kind that is asked for or refused by name."""

from __future__ import annotations

from typing import Any

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.store import Document


def read_text(document: Document, name: str) -> str:
    """A text; empty where the field is missing."""
    value = document.get(name)
    return "" if value is None else _checked(value, str, name, "a text")


def read_texts(document: Document, name: str) -> list[str]:
    """A list of texts; empty where the field is missing."""
    values = _list(document, name)
    return [_checked(value, str, name, "a list of texts") for value in values]


def read_objects(document: Document, name: str) -> list[Document]:
    """A list of objects; empty where the field is missing."""
    values = _list(document, name)
    return [_checked(value, dict, name, "a list of objects") for value in values]


def read_object(document: Document, name: str) -> Document:
    """An object; empty where the field is missing."""
    value = document.get(name)
    return {} if value is None else _checked(value, dict, name, "an object")


def read_tags(document: Document, name: str) -> dict[str, str]:
    """An object with texts only; empty where the field is missing."""
    tags = read_object(document, name)
    return {key: _checked(value, str, f"{name}.{key}", "a text") for key, value in tags.items()}


def _list(document: Document, name: str) -> list[Any]:
    value = document.get(name)
    return [] if value is None else _checked(value, list, name, "a list")


def _checked(value: Any, kind: type, name: str, wording: str) -> Any:
    if not isinstance(value, kind):
        raise InvalidParameterError(f"{name} must be {wording}.")
    return value
