"""How a declared object is found: by the name that it has in the account or in its workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from databricks.sdk import WorkspaceClient

from infra.adoption.clients import Clients
from infra.adoption.declarations import Declaration, Found

AccountLookup = Callable[[Clients, Declaration], Found | None]
WorkspaceLookup = Callable[[WorkspaceClient, Declaration], Found | None]
Item = TypeVar("Item")


class AmbiguousError(Exception):
    """Several objects have the name of a declared one; its text says which."""


def only(items: Iterable[Item], fits: Callable[[Item], bool], declared: Declaration) -> Item | None:
    """The one item that fits, or None; AmbiguousError where several do: people must say which is meant."""
    fitting = [item for item in items if fits(item)]
    if len(fitting) > 1:
        raise AmbiguousError(
            f"{declared.stack}: {len(fitting)} objects are what {declared.address} describes"
        )
    return fitting[0] if fitting else None
