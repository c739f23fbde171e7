"""`python -m infra adopt`: takes over what a running account has."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from databricks.sdk.core import DatabricksError
from rich.console import Console
from rich.table import Table

from infra.adoption.clients import Clients
from infra.adoption.files import write_imports, write_settings, write_waivers
from infra.adoption.held import read_rights
from infra.adoption.lookups import AmbiguousError
from infra.adoption.running import read_account
from infra.adoption.search import Search, Searching
from infra.commands.synthesis import synthesized
from infra.compliance.checking import broken as find_broken
from infra.config.destination import ACCOUNT_STACK, choose_destination
from infra.config.process import Process
from infra.config.settings import AllSettings, load_settings
from infra.declared.declared import read_declared

SUMMARY = (
    "Find what the account has already of what the settings declare, and have the next deploy import it; "
    "with --into, first write settings that describe the account."
)
_GRACE = timedelta(days=90)
_COUNTS = ("To import", "To make", "To name in its YAML", "Not looked for")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether settings are written first."""
    parser.add_argument(
        "--into", metavar="FOLDER", type=Path, help="a new folder, for settings that describe the account"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write imports.yaml and tell what it imports; returns 1 where the account can't be asked."""
    process = Process.read()
    if arguments.into and arguments.into.exists():
        print(f"{arguments.into} exists, and nothing is overwritten: name a new folder", file=sys.stderr)
        return 1
    try:
        if arguments.into:
            process = _describe(process, arguments.into)
        settings = load_settings(process)
        with synthesized(settings) as output:
            searches = _search(settings, output)
            broken = find_broken(settings, read_declared(output)) if arguments.into else {}
    except (DatabricksError, AmbiguousError, ValueError) as error:
        print(f"the account can't be adopted: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    _tell(searches, write_imports(process.settings, searches))
    if broken:
        _waive(process.settings, broken)
    return 0


def _describe(process: Process, folder: Path) -> Process:
    """Write settings that describe the running account; returns the process that reads these."""
    clients = Clients(choose_destination(process.settings, process))
    account = read_account(clients)
    cloud = clients.workspaces[0].cloud
    write_settings(folder, account, read_rights(account, clients), cloud=cloud, model=process.settings)
    return replace(process, settings=folder)


def _search(settings: AllSettings, output: Path) -> list[Search]:
    searching = Searching(output, Clients(settings.destination))
    return [searching.search(stack) for stack in (ACCOUNT_STACK, *settings.environments)]


def _waive(folder: Path, broken: Mapping[str, Sequence[str]]) -> None:
    """An account that is found is allowed to be as it is, for a while and in writing."""
    path = write_waivers(folder, broken, until=datetime.now(UTC).date() + _GRACE)
    count = sum(len(set(resources)) for resources in broken.values())
    print(f"{count} things break {len(broken)} policies: {path} waives them for {_GRACE.days} days")


def _tell(searches: Sequence[Search], path: Path) -> None:
    console = Console()
    table = Table("Stack", title=f"Written to {path}", title_justify="left")
    for title in _COUNTS:
        table.add_column(title, justify="right")
    for search in searches:
        table.add_row(search.stack, *(str(count) for count in search.counts()))
    console.print(table)
    for line in (line for search in searches for line in search.remarks()):
        console.print(line, soft_wrap=True, highlight=False)
