"""All resources of all stacks, with their references to each other followed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.config.destination import ACCOUNT_STACK
from infra.declared.resource import Resource

Json = dict[str, Any]
_REFERENCE = re.compile(r"\$\{([^{}:]+)\}")
_SYMBOL = re.compile(r"\$\{(\w+):((?:data\.)?\w+\.[\w-]+)\.(\w+)\}")
_OUTPUTS = "data.terraform_remote_state.Account.outputs."

# Attributes that a resource's own others tell, though only a deploy makes them. Principals are known by
# their names everywhere: an id or an application id stands for nobody before there is one.
_TOLD: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("databricks_catalog", "id"): ("name",),
    ("databricks_directory", "id"): ("path",),
    ("databricks_external_location", "id"): ("name",),
    ("databricks_group", "id"): ("display_name",),
    ("databricks_registered_model", "id"): ("catalog_name", "schema_name", "name"),
    ("databricks_schema", "id"): ("catalog_name", "name"),
    ("databricks_secret_scope", "id"): ("name",),
    ("databricks_service_principal", "application_id"): ("display_name",),
    ("databricks_service_principal", "id"): ("display_name",),
    ("databricks_sql_table", "id"): ("catalog_name", "schema_name", "name"),
    ("databricks_storage_credential", "id"): ("name",),
    ("databricks_volume", "id"): ("catalog_name", "schema_name", "name"),
}
_PRINCIPAL_TYPES = {"databricks_group", "databricks_service_principal"}
_NAMES = {"application_id", "display_name", "id"}


class Declared:
    """What the stacks declare.

    What only a deploy makes stands as `${stack:type.name.attribute}`, the same text wherever the
    same thing is meant.
    """

    def __init__(self, stacks: Mapping[str, Json]) -> None:
        self._stacks = stacks

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every resource, stack by stack; what is only read comes with them."""
        return tuple(
            self._resource(stack, kind, type_, name)
            for stack, document in self._stacks.items()
            for kind in ("resource", "data")
            for type_, named in document.get(kind, {}).items()
            for name in named
        )

    @cached_property
    def stacks(self) -> tuple[str, ...]:
        """The stacks' names."""
        return tuple(self._stacks)

    @property
    def environments(self) -> tuple[str, ...]:
        """The stacks that are environments."""
        return tuple(name for name in self.stacks if name != ACCOUNT_STACK)

    def of(self, type_: str, stack: str | None = None) -> list[Resource]:
        """The resources of a type that are managed, in one stack or in all."""
        stacks = self.stacks if stack is None else (stack,)
        return [item for name in stacks for item in self._by_type.get((type_, name), [])]

    def output(self, stack: str, name: str) -> Any:
        """What a stack tells under a name, None where it tells nothing."""
        output = self._stacks[stack].get("output", {}).get(name)
        return self._follow(stack, output["value"]) if output else None

    def raw(self, stack: str) -> Json:
        """A stack's document as it was synthesized."""
        return self._stacks[stack]

    def target(self, value: object) -> Resource | None:
        """The resource that a value is an attribute of, where only a deploy makes it."""
        match = _SYMBOL.fullmatch(value) if isinstance(value, str) else None
        return self._by_address.get((match[1], match[2])) if match else None

    @cached_property
    def _by_type(self) -> dict[tuple[str, str], list[Resource]]:
        found: dict[tuple[str, str], list[Resource]] = {}
        for resource in self.resources:
            if not resource.is_data:
                found.setdefault((resource.type, resource.stack), []).append(resource)
        return found

    @cached_property
    def _by_address(self) -> dict[tuple[str, str], Resource]:
        return {(item.stack, item.address): item for item in self.resources}

    def _resource(self, stack: str, kind: str, type_: str, name: str) -> Resource:
        raw = self._stacks[stack][kind][type_][name]
        values = {key: self._follow(stack, value) for key, value in raw.items() if key != "//"}
        return Resource(stack, type_, name, _path(raw), values, is_data=kind == "data")

    def _follow(self, stack: str, value: Any) -> Any:
        if isinstance(value, str):
            return _REFERENCE.sub(lambda match: self._referred(stack, match[1]), value)
        if isinstance(value, list):
            return [self._follow(stack, item) for item in value]
        if isinstance(value, dict):
            return {key: self._follow(stack, item) for key, item in value.items() if key != "//"}
        return value

    def _referred(self, stack: str, reference: str) -> str:
        if reference.startswith(_OUTPUTS):
            told = self.output(ACCOUNT_STACK, reference.removeprefix(_OUTPUTS))
            return str(told) if told is not None else f"${{{ACCOUNT_STACK}:{reference}}}"
        address, _, attribute = reference.rpartition(".")
        type_, _, name = address.rpartition(".")
        kind = "data" if type_.startswith("data.") else "resource"
        type_ = type_.removeprefix("data.")
        raw = self._stacks[stack].get(kind, {}).get(type_, {}).get(name)
        told = self._told(stack, kind, type_, raw, attribute) if raw is not None else None
        return told if told is not None else f"${{{stack}:{reference}}}"

    def _told(self, stack: str, kind: str, type_: str, raw: Json, attribute: str) -> str | None:
        """An attribute that is declared, or follows from what is."""
        if kind == "data" and type_ in _PRINCIPAL_TYPES and attribute in _NAMES:
            # One that is named by its application id has the name that its construct is called by.
            return _path(raw).rpartition("/")[2] if "application_id" in raw else str(raw["display_name"])
        parts = _TOLD.get((type_, attribute), (attribute,))
        if not all(part in raw for part in parts):
            return None
        return ".".join(str(self._follow(stack, raw[part])) for part in parts)


def read_declared(folder: Path) -> Declared:
    """The stacks that were synthesized into a folder."""
    return Declared(read_stacks(folder))


def read_stacks(folder: Path) -> dict[str, Json]:
    """The documents that were synthesized into a folder, by their stacks' names."""
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in stack_files(folder).items()}


def stack_files(folder: Path) -> dict[str, Path]:
    """Where in a folder the documents are, by their stacks' names."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {name: folder / stack["synthesizedStackPath"] for name, stack in manifest["stacks"].items()}


def construct_paths(document: Json) -> dict[str, str]:
    """The paths of a synthesized stack's constructs, by the addresses of what they declare."""
    return {
        f"{type_}.{name}": _path(raw)
        for type_, named in document.get("resource", {}).items()
        for name, raw in named.items()
    }


def _path(raw: Json) -> str:
    return str(raw.get("//", {}).get("path", ""))
