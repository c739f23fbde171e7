"""Synthesized resources, with their references followed to what exists in the running account."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.config.destination import ACCOUNT_STACK

Json = dict[str, Any]
_REFERENCE = re.compile(r"\$\{([^{}]+)\}")
_OUTPUTS = "data.terraform_remote_state.Account.outputs."


class MissingError(LookupError):
    """Something that is referred to does not exist yet, or can't be told before it is deployed."""


@dataclass(frozen=True)
class Found:
    """An object of the account that a declared one describes.

    `id` is what Terraform imports it by, `attributes` what else refers to it; what can't be
    imported without being replaced is not `importable`.
    """

    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    importable: bool = True


@dataclass(frozen=True)
class Declaration:
    """A resource as its stack declares it."""

    stack: str
    type: str  # with `data.` before it where it is only read
    name: str
    values: Json
    follow: Callable[[Any], Any]

    @property
    def address(self) -> str:
        """How Terraform names it."""
        return f"{self.type}.{self.name}"

    def __getitem__(self, attribute: str) -> Any:
        """An attribute that it must have; MissingError where it stands on what does not exist."""
        return self.follow(self.values[attribute])

    def get(self, attribute: str) -> Any:
        """An attribute, or None where it has none."""
        return self[attribute] if attribute in self.values else None


Find = Callable[[Declaration], Found | None]


class Declarations:
    """All stacks' resources; `find` says what in the account each one is."""

    def __init__(self, stacks: Mapping[str, Json], find: Find) -> None:
        self._stacks, self._find = stacks, find
        self._found: dict[tuple[str, str], Found | None] = {}

    def of(self, stack: str) -> list[Declaration]:
        """A stack's own resources, in the order of their addresses."""
        resources = self._stacks[stack].get("resource", {})
        return [
            self._declaration(stack, type_, name, values)
            for type_, named in sorted(resources.items())
            for name, values in sorted(named.items())
        ]

    def found(self, declaration: Declaration) -> Found | None:
        """What in the account a declared resource is; None where it is yet to be made."""
        key = (declaration.stack, declaration.address)
        if key not in self._found:
            self._found[key] = self._look(declaration)
        return self._found[key]

    def host(self, stack: str, alias: str | None) -> str:
        """Where one of a stack's providers deploys to; MissingError where that doesn't exist yet."""
        for provider in self._stacks[stack]["provider"]["databricks"]:
            if provider.get("alias") == alias:
                return str(self._follow(stack, provider["host"]))
        raise MissingError(f"{stack} has no provider {alias}")

    def _look(self, declaration: Declaration) -> Found | None:
        try:
            return self._find(declaration)
        except MissingError:
            return None

    def _declaration(self, stack: str, type_: str, name: str, values: Json) -> Declaration:
        return Declaration(stack, type_, name, values, lambda value: self._follow(stack, value))

    def _follow(self, stack: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._follow(stack, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._follow(stack, item) for item in value]
        if isinstance(value, str):
            return _REFERENCE.sub(lambda match: str(self._referred(stack, match[1])), value)
        return value

    def _referred(self, stack: str, reference: str) -> Any:
        if reference.startswith(_OUTPUTS):
            output = self._stacks[ACCOUNT_STACK]["output"].get(reference.removeprefix(_OUTPUTS))
            return self._follow(ACCOUNT_STACK, _known(output, reference)["value"])
        address, _, attribute = reference.rpartition(".")
        type_, _, name = address.rpartition(".")
        kind = "data" if type_.startswith("data.") else "resource"
        named = self._stacks[stack].get(kind, {}).get(type_.removeprefix("data."), {})
        declaration = self._declaration(stack, type_, name, _known(named.get(name), reference))
        if attribute in declaration.values:
            return declaration[attribute]
        found = _known(self.found(declaration), reference)
        return found.id if attribute == "id" else _known(found.attributes.get(attribute), reference)


def _known(value: Any, reference: str) -> Any:
    if value is None:
        raise MissingError(reference)
    return value
