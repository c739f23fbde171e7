"""What the engine asks of every resource type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from infra.local.provider.client import Api
from infra.local.provider.engine.pairing import Element
from infra.local.provider.schema.model import Block


class NotServedError(Exception):
    """A use of a type that this provider does not carry out."""


class InvalidError(Exception):
    """A configuration that the type refuses; `attribute` is where."""

    def __init__(self, message: str, attribute: str = "") -> None:
        super().__init__(message)
        self.attribute = attribute


@dataclass(frozen=True)
class Call:
    """One object that the engine wants something of.

    values: as planned (create, update) or as in the state (read, delete). before: the state before an
    update.
    """

    api: Api
    block: Block
    values: Element
    id: str = ""
    before: Element = field(default_factory=dict)


DataSource = Callable[[Api, Element], Element]
"""Reads what a data source's configuration asks for."""


class Resource:
    """A resource type. Subclasses make the same calls as the official provider."""

    type_name: str

    def check(self, config: Element) -> None:
        """Refuse a configuration, which may hold unknowns, with InvalidError or NotServedError."""
        del config

    def plan(self, config: Element, prior: Element | None, planned: Element) -> list[str]:
        """Change `planned` as the type needs; returns attributes whose change needs a new object."""
        del config, prior, planned
        return []

    def create(self, call: Call) -> str:
        """Make the object; returns its id."""
        raise NotImplementedError

    def finish(self, call: Call) -> None:
        """Make the calls that complete a new object; after a failure it is tainted, not lost."""
        del call

    def read(self, call: Call) -> Element | None:
        """What the API says of it, None when it is gone; attributes left out stay as they were."""
        raise NotImplementedError

    def update(self, call: Call) -> str:
        """Change it to what is planned; returns its id, which a new name may have changed."""
        del call
        message = f"{self.type_name} can't be changed in place"
        raise NotServedError(message)

    def delete(self, call: Call) -> None:
        """Remove it."""
        raise NotImplementedError

    def import_state(self, id_: str) -> Element:
        """The attributes that an id to import tells."""
        del id_
        return {}
