"""From a document to a typed object, with every disagreement told as one line."""

from __future__ import annotations

import collections.abc
import json
import types
import typing
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError
from pydantic_core import ErrorDetails

from infra.config.documents import Document, KeyPath
from infra.config.problems import ConfigurationError, Problem, nearest, unknown


class Settings(BaseModel):
    """A frozen part of the settings that knows every key it may have."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "tuple_type": "a list",
}


def validate(model: type[Model], document: Document) -> Model:
    """The document as the model's object; ConfigurationError with all that does not fit."""
    try:
        # Strict JSON: no "10" for 10, while lists still become tuples.
        return model.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        raise ConfigurationError(_problems(model, document, error.errors())) from None


def _problems(model: type[BaseModel], document: Document, errors: list[ErrorDetails]) -> list[Problem]:
    told = []
    misspelt: set[KeyPath] = set()  # keys that are missing because they are written wrongly: one mistake
    for details in sorted(errors, key=lambda each: each["type"] == "missing"):
        path: KeyPath = tuple(part for part in details["loc"] if part != "[key]")
        if details["type"] == "extra_forbidden":
            misspelt |= {(*path[:-1], key) for key in nearest(str(path[-1]), _keys(model, path[:-1]))}
        if details["type"] != "missing" or path not in misspelt:
            told.append(document.problem(path, _message(model, path, details)))
    return told


def _message(model: type[BaseModel], path: KeyPath, details: ErrorDetails) -> str:
    kind, value = details["type"], details["input"]
    if kind == "extra_forbidden":
        return unknown("key", str(path[-1]), _keys(model, path[:-1]))
    if kind == "missing":
        return "missing"
    if kind == "literal_error":
        return f"{value!r} is not allowed; allowed: {details['ctx']['expected'].replace(' or ', ', ')}"
    if kind == "too_short":
        least = details["ctx"]["min_length"]
        return "must not be empty" if least == 1 else f"wants {least} at least"
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}, not {json.dumps(value)}"
    reason = details["msg"].removeprefix("Value error, ")
    told = "" if isinstance(value, dict) else f"{json.dumps(value)}: "
    return f"{told}{reason[0].lower()}{reason[1:]}"


def _keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that a model's object may have at a path within it."""
    here: Any = model
    for part in path:
        here = _inside(here, part)
    fields = here.model_fields if isinstance(here, type) and issubclass(here, BaseModel) else {}
    return [field.alias or name for name, field in fields.items()]


def _inside(annotation: Any, part: str | int) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        return _inside(annotation.model_fields["root"].annotation, part)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        named = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        return _required(named.get(str(part)))
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) in {dict, collections.abc.Mapping}:
        return _required(arguments[1])
    return _required(arguments[0]) if arguments else annotation


def _required(annotation: Any) -> Any:
    """`X` for `X | None`; anything else as it is."""
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return next(item for item in typing.get_args(annotation) if item is not type(None))
    return annotation
