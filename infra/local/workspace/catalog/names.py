"""What securables are called: catalog, catalog.schema, catalog.schema.object."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infra.local.workspace.errors import InvalidParameterError

LEVELS = {
    "metastore": 0,
    "catalog": 1,
    "storage_credential": 1,
    "external_location": 1,
    "schema": 2,
    "table": 3,
    "volume": 3,
    "registered_model": 3,
}
TITLES = {
    "metastore": "Metastore",
    "catalog": "Catalog",
    "storage_credential": "Storage Credential",
    "external_location": "External Location",
    "schema": "Schema",
    "table": "Table",
    "volume": "Volume",
    "registered_model": "Routine or Model",
}
SYSTEM_CATALOG = "system"
STORAGE = frozenset({"storage_credential", "external_location"})
"""What stands beside the catalogs: the ways to cloud storage."""

_ALIASES = {"function": "registered_model", "model": "registered_model"}
_PARENTS = {2: "catalog", 3: "schema"}
_FORBIDDEN = re.compile(r"[\x00-\x20./\\:\x7f]")
_LONGEST = 255


@dataclass(frozen=True)
class Securable:
    """A type and a full name in lower case; metastores are named by their id."""

    type: str
    full_name: str

    @property
    def parent(self) -> Securable | None:
        """The schema of an object, the catalog of a schema; None above."""
        level = LEVELS[self.type]
        if level < 2:
            return None
        return Securable(_PARENTS[level], self.full_name.rpartition(".")[0])

    @property
    def catalog(self) -> str:
        """The name of the catalog that it is or lies in; empty for what is beside catalogs."""
        return "" if self.type in STORAGE else self.full_name.partition(".")[0]

    @property
    def name(self) -> str:
        """The last part of its name."""
        return self.full_name.rpartition(".")[2]

    def child(self, securable_type: str, name: object) -> Securable:
        """What is called `name` in it."""
        return Securable(securable_type, f"{self.full_name}.{check_name(securable_type, name)}")

    def __str__(self) -> str:
        return f"{TITLES[self.type]} '{self.full_name}'"


def read_type(text: str) -> str:
    """A securable type however a client spells it: `SCHEMA`, `SecurableType.SCHEMA`, `function`."""
    name = text.rpartition(".")[2].lower().replace("-", "_")
    name = _ALIASES.get(name, name)
    if name not in LEVELS:
        raise InvalidParameterError(f"Securable type {text!r} is not one of {', '.join(LEVELS)}.")
    return name


def parse(securable_type: str, full_name: object) -> Securable:
    """The securable of a full name; InvalidParameterError where it can't be one."""
    kind = read_type(securable_type)
    if not isinstance(full_name, str):
        raise InvalidParameterError(f"The name of a {kind} must be text.")
    if kind == "metastore":
        return Securable(kind, printable(full_name))
    parts = full_name.split(".")
    if len(parts) != LEVELS[kind]:
        wanted = ".".join((*("catalog", "schema")[: LEVELS[kind] - 1], kind))
        raise InvalidParameterError(f"{full_name!r} is not a full name of a {kind}: expected {wanted}.")
    return Securable(kind, ".".join(check_name(kind, part) for part in parts))


def check_name(securable_type: str, name: object) -> str:
    """One part of a name in lower case, as Unity Catalog keeps it."""
    if not isinstance(name, str) or not name:
        raise InvalidParameterError(f"A {securable_type} needs a name.")
    if len(name.encode(errors="replace")) > _LONGEST or _FORBIDDEN.search(name) or not _is_text(name):
        raise InvalidParameterError(
            f"{name[:_LONGEST]!r} is not a valid name of a {securable_type}: at most {_LONGEST} bytes, "
            "no space, control character, period, colon or slash."
        )
    return name.lower()


def printable(text: object) -> str:
    """A text for an error's one line, quoted where it would break it."""
    return text if isinstance(text, str) and text.isprintable() else repr(text)


def _is_text(name: str) -> bool:
    """JSON can carry halves of characters, which nothing else can."""
    return not any("\ud800" <= character <= "\udfff" for character in name)
