"""`python -m infra adopt`: takes over what the account has already of what the settings declare."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from databricks.sdk.core import DatabricksError
from rich.console import Console
from rich.table import Table

from infra.adoption.clients import Clients
from infra.adoption.files import write_imports
from infra.adoption.lookups import AmbiguousError
from infra.adoption.search import Search, Searching
from infra.config.destination import ACCOUNT_STACK
from infra.config.process import Process
from infra.config.settings import AllSettings, load_settings
from infra.packaging import build_wheel

SUMMARY = (
    "Find what the account has already of what the settings declare, and have the next deploy import it."
)
_ROOT = Path(__file__).parents[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which stacks are looked at."""
    parser.add_argument(
        "stacks", nargs="*", metavar="STACK", help="stacks to look at; all where none is named"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write imports.yaml and tell what it imports; returns 1 where the account can't be asked."""
    process = Process.read()
    settings = load_settings(process)
    known = [ACCOUNT_STACK, *settings.environments]
    if unknown := [name for name in arguments.stacks if name not in known]:
        print(f"unknown stack {unknown[0]}; allowed: {', '.join(known)}", file=sys.stderr)
        return 1
    try:
        searches = _search(settings, arguments.stacks or known)
    except (DatabricksError, AmbiguousError, ValueError) as error:
        print(f"the account can't be adopted: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    path = write_imports(process.settings, searches)
    _tell(searches, path)
    return 0


def _search(settings: AllSettings, stacks: Sequence[str]) -> list[Search]:
    from infra.stacks.app import synthesize  # noqa: PLC0415 - starts node, after the settings were read

    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(_ROOT, _ROOT / "build", settings.destination)
        synthesize(settings, wheel, folder=Path(folder))
        searching = Searching(Path(folder), Clients(settings.destination))
        return [searching.search(stack) for stack in stacks]


def _tell(searches: Sequence[Search], path: Path) -> None:
    console = Console()
    table = Table("Stack", title=f"Found, and written to {path}", title_justify="left")
    for title in ("To import", "To make", "To name in its YAML", "Not looked for"):
        table.add_column(title, justify="right")
    for search in searches:
        counts = (
            len(search.imports),
            search.to_make.total(),
            len(search.not_importable),
            search.not_looked_for.total(),
        )
        table.add_row(search.stack, *(str(count) for count in counts))
    console.print(table)
    for search in searches:
        for address in search.not_importable:
            console.print(
                f"{search.stack}: {address} exists; give its id and host instead of a name", soft_wrap=True
            )
        for type_, count in sorted(search.not_looked_for.items()):
            console.print(
                f"{search.stack}: {count} {type_} would be made, whether or not they exist", soft_wrap=True
            )
