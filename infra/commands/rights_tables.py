"""Rights as tables that fit the terminal: kinds of assets by principals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE
from rich.table import Table

from infra.config.vocabulary import METASTORE_PRIVILEGES, SYSTEM_PRIVILEGES, assets
from infra.rights.effective import Right

SHARED = {*METASTORE_PRIVILEGES, *SYSTEM_PRIVILEGES}  # what all environments have together
_GAP = 2  # columns of the terminal between two of the table
_FRAME = 3  # around them, with the gap after the assets
_LONGEST = len("manage*")


def rights_tables(rights: Sequence[Right], environments: Iterable[str], width: int) -> Iterator[Table]:
    """One table an environment, and one of what all share; what is wider than the terminal goes on below."""
    for environment in environments:
        own = [item for item in rights if item.environment == environment and item.asset not in SHARED]
        yield from _tables(environment, own, width)
    yield from _tables("account", [item for item in rights if item.asset in SHARED], width)


def _tables(title: str, rights: Sequence[Right], width: int) -> Iterator[Table]:
    principals = list(dict.fromkeys(right.principal for right in rights))
    room = width - max((len(right.asset) for right in rights), default=0) - _FRAME
    for number, some in enumerate(_pages(principals, room)):
        continued = " (continued)" if number else ""
        yield _table(title + continued, [right for right in rights if right.principal in some], some)


def _pages(principals: Sequence[str], room: int) -> list[list[str]]:
    """As many beside each other as there is room for; at least one."""
    pages: list[list[str]] = []
    left = 0
    for principal in principals:
        width = _GAP + max(_LONGEST, *map(len, _header(principal).split("\n")))
        if not pages or width > left:
            pages.append([])
            left = room
        pages[-1].append(principal)
        left -= width
    return pages


def _table(title: str, rights: Sequence[Right], principals: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for principal in principals:
        table.add_column(_header(principal), no_wrap=True)
    projects = dict.fromkeys(right.project for right in rights)
    for project in sorted(projects, key=lambda name: name is not None):  # the environment's own comes first
        if project:
            table.add_section()
            table.add_row(f"[bold]{project}[/bold]")
        own = [right for right in rights if right.project == project]
        named = {right.asset for right in own}
        for asset in (asset for asset in assets() if asset in named):
            levels = {right.principal: _cell(right) for right in own if right.asset == asset}
            table.add_row(asset, *(levels.get(principal, "") for principal in principals))
    return table


def _header(principal: str) -> str:
    """A principal's name, as narrow as it can be."""
    return principal.replace("-", "-\n")


def _cell(right: Right) -> str:
    return f"{right.level}*" if right.acting else right.level
