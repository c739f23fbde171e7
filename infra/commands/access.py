"""`python -m infra access`: who may do what, and why, by what the stacks declare."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from infra.config.problems import unknown
from infra.config.settings import AllSettings, load_settings
from infra.config.vocabulary import METASTORE_PRIVILEGES, SYSTEM_PRIVILEGES, assets
from infra.declared.declared import Declared, read_declared
from infra.packaging import build_wheel
from infra.rights.effective import EffectiveRights, Right
from infra.rights.lines import MatrixLines
from infra.rights.reach import doors

SUMMARY = "Show who may do what in each environment, by what the stacks declare; with --why, what says so."
_ROOT = Path(__file__).parents[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is shown."""
    parser.add_argument("--environment", metavar="NAME", help="one environment instead of all")
    parser.add_argument(
        "--principal", metavar="NAME", help="one group or service principal: data-scientists, run-prod"
    )
    parser.add_argument("--asset", metavar="KIND", help=f"one kind of asset: {', '.join(assets())}")
    parser.add_argument(
        "--why", action="store_true", help="the lines and the resources that each right comes from"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, with the reasons")


def run(arguments: argparse.Namespace) -> int:
    """Print the rights; returns 1 where something is named that is not there."""
    settings = load_settings()
    rights = EffectiveRights(_declare(settings), settings.projects)
    if problem := _unknown(arguments, rights):
        print(problem, file=sys.stderr)
        return 1
    chosen = [right for right in rights.all if _is_chosen(right, arguments)]
    lines = MatrixLines(settings.matrix_document)
    if arguments.json:
        print(json.dumps([_as_json(right, rights, lines) for right in chosen], indent=2))
    elif arguments.why:
        _explain(chosen, rights, lines)
    else:
        _tabulate(chosen, rights.declared.environments)
    return 0


def _declare(settings: AllSettings) -> Declared:
    from infra.stacks.app import synthesize  # noqa: PLC0415 - starts node, after the settings were read

    with tempfile.TemporaryDirectory() as folder:
        synthesize(settings, build_wheel(_ROOT, _ROOT / "build", settings.destination), folder=Path(folder))
        return read_declared(Path(folder))


def _unknown(arguments: argparse.Namespace, rights: EffectiveRights) -> str | None:
    known: dict[str, Sequence[str]] = {
        "environment": rights.declared.environments,
        "principal": rights.principals.all,
        "asset": assets(),
    }
    for kind, words in known.items():
        word = getattr(arguments, kind)
        if word is not None and word not in words:
            return unknown(f"{kind} {word}", word, words)
    return None


def _is_chosen(right: Right, arguments: argparse.Namespace) -> bool:
    wanted = (arguments.environment, arguments.principal, arguments.asset)
    return all(
        word in (None, own)
        for word, own in zip(wanted, (right.environment, right.principal, right.asset), strict=True)
    )


def _tabulate(rights: Sequence[Right], environments: Iterable[str]) -> None:
    """One table an environment, kinds of assets by principals, and one of what all environments share."""
    console = Console()
    shared = {*METASTORE_PRIVILEGES, *SYSTEM_PRIVILEGES}
    for environment in environments:
        own = [item for item in rights if item.environment == environment and item.asset not in shared]
        if own:
            console.print(_table(environment, own))
    if account := [item for item in rights if item.asset in shared]:
        console.print(_table("account", list({(r.principal, r.asset): r for r in account}.values())))


def _table(title: str, rights: Sequence[Right]) -> Table:
    principals = list(dict.fromkeys(right.principal for right in rights))
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, padding=(0, 1))
    table.add_column("", no_wrap=True)
    for principal in principals:
        table.add_column(principal.replace("-", "-\n"))  # as narrow as it can be
    for project in dict.fromkeys(right.project for right in rights):
        if project:
            table.add_section()
            table.add_row(f"[bold]{project}[/bold]")
        own = [right for right in rights if right.project == project]
        for asset in dict.fromkeys(right.asset for right in own):
            levels = {right.principal: right.level for right in own if right.asset == asset}
            table.add_row(asset, *(levels.get(principal, "") for principal in principals))
    return table


def _explain(rights: Sequence[Right], effective: EffectiveRights, lines: MatrixLines) -> None:
    console = Console()
    for right in rights:
        head = f"[bold]{right.principal}[/bold] {right.level} {right.asset} in {right.place}"
        console.print(head, highlight=False, soft_wrap=True)
        for text in (*lines.of(right), *doors(effective, right), *map(str, right.because)):
            console.print(f"  {text}", highlight=False, soft_wrap=True, markup=False)


def _as_json(right: Right, effective: EffectiveRights, lines: MatrixLines) -> dict[str, object]:
    return {
        "principal": right.principal,
        "environment": right.environment,
        "project": right.project,
        "asset": right.asset,
        "level": right.level,
        "lines": lines.of(right),
        "from": doors(effective, right),
        "because": [
            {"stack": reason.resource.stack, "address": reason.resource.address, "says": reason.says}
            for reason in right.because
        ],
    }
