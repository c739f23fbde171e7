"""Goes through all that the stacks declare, and tells what of it the account has already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.adoption.account_objects import ACCOUNT_LOOKUPS
from infra.adoption.clients import Clients
from infra.adoption.declarations import Declaration, Declarations, Found, MissingError
from infra.adoption.lookups import WorkspaceLookup
from infra.adoption.securables import CATALOG_LOOKUPS
from infra.adoption.workspace_objects import WORKSPACE_LOOKUPS
from infra.config.destination import ACCOUNT_STACK
from infra.declared.declared import read_stacks

_LOOKUPS: Mapping[str, WorkspaceLookup] = {**CATALOG_LOOKUPS, **WORKSPACE_LOOKUPS}
_MADE_ANEW = {"databricks_file"}  # what a deploy puts there again, under a name that tells its content


@dataclass
class Search:
    """What was found of one stack."""

    stack: str
    imports: dict[str, str] = field(default_factory=dict)  # ids by address
    to_make: Counter[str] = field(default_factory=Counter)  # how many of each type
    not_importable: list[str] = field(default_factory=list)  # addresses of what exists and has to be named
    not_looked_for: Counter[str] = field(default_factory=Counter)  # how many of types that no lookup is for

    def counts(self) -> tuple[int, int, int, int]:
        """How many are imported, made, to be named, and not looked for."""
        named = len(self.not_importable)
        return len(self.imports), self.to_make.total(), named, self.not_looked_for.total()

    def remarks(self) -> list[str]:
        """What people have to know or to do, one line each."""
        named = [f"{self.stack}: {item} exists; name it by its id and host" for item in self.not_importable]
        unknown = sorted(self.not_looked_for.items())
        return named + [f"{self.stack}: {n} {type_} are made, if they exist or not" for type_, n in unknown]


class Searching:
    """Finds what exists of the synthesized stacks."""

    def __init__(self, output: Path, clients: Clients) -> None:
        self._clients = clients
        self._declarations = Declarations(read_stacks(output), self._find)

    def search(self, stack: str) -> Search:
        """What the account has of a stack."""
        search = Search(stack)
        for declaration in self._declarations.of(stack):
            if not self._is_looked_for(declaration):
                search.not_looked_for[declaration.type] += 1
                continue
            found = self._declarations.found(declaration)
            if found is None or declaration.type in _MADE_ANEW:
                search.to_make[declaration.type] += 1
            elif found.importable:
                search.imports[declaration.address] = found.id
            else:
                search.not_importable.append(declaration.address)
        return search

    def _is_looked_for(self, declaration: Declaration) -> bool:
        return declaration.type in (ACCOUNT_LOOKUPS if self._is_account_s(declaration) else _LOOKUPS)

    def _is_account_s(self, declaration: Declaration) -> bool:
        return declaration.stack == ACCOUNT_STACK and "provider" not in declaration.values

    def _find(self, declaration: Declaration) -> Found | None:
        if self._is_account_s(declaration):
            return ACCOUNT_LOOKUPS[declaration.type](self._clients, declaration)
        if declaration.type not in _LOOKUPS:
            raise MissingError(declaration.address)
        alias = declaration.values.get("provider", "").partition(".")[2] or None
        workspace = self._clients.workspace(self._declarations.host(declaration.stack, alias))
        return _LOOKUPS[declaration.type](workspace, declaration)
