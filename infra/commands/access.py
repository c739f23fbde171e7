"""`python -m infra access`: who may do what, and why, by what the stacks declare."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console

from infra.commands.rights_tables import rights_tables
from infra.commands.synthesis import synthesized
from infra.config.problems import unknown
from infra.config.settings import AllSettings, load_settings
from infra.config.vocabulary import assets
from infra.declared.declared import Declared, read_declared
from infra.rights.effective import EffectiveRights, Right
from infra.rights.lines import MatrixLines
from infra.rights.reach import doors

SUMMARY = "Show who may do what in each environment, by what the stacks declare; with --why, what says so."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is shown."""
    parser.add_argument("--environment", metavar="NAME", help="one environment instead of all")
    parser.add_argument(
        "--principal", metavar="NAME", help="one group or service principal: data-scientists, run-prod"
    )
    parser.add_argument("--asset", metavar="KIND", help=f"one kind of asset: {', '.join(assets())}")
    parser.add_argument(
        "--why",
        action="store_true",
        help="lines and resources that each right comes from; told anyway of one principal's one asset",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, with the reasons")


def run(arguments: argparse.Namespace) -> int:
    """Print the rights; returns 1 where something is named that is not there."""
    settings = load_settings()
    rights = EffectiveRights(_declare(settings), settings.projects)
    if problem := _unknown(arguments, rights):
        print(problem, file=sys.stderr)
        return 1
    chosen = [right for right in _everybody_s(rights) if _is_chosen(right, arguments)]
    lines = MatrixLines(settings.matrix_document)
    if arguments.json:
        print(json.dumps([_as_json(right, rights, lines) for right in chosen], indent=2))
    elif not chosen:
        print("no right: nothing that is declared gives it")
    elif arguments.why or (arguments.principal and arguments.asset):
        _explain(chosen, rights, lines)
    else:
        _tabulate(chosen, rights.declared.environments)
    return 0


def _declare(settings: AllSettings) -> Declared:
    with synthesized(settings) as folder:
        return read_declared(folder)


def _everybody_s(rights: EffectiveRights) -> Iterator[Right]:
    """Each one's own rights, and those that they have by acting as another, where these are more."""
    for environment in rights.declared.environments:
        for principal in rights.principals.all:
            yield from rights.of(principal, environment)
            yield from rights.beyond(principal, environment)


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
    console = Console()
    for table in rights_tables(rights, environments, console.width):
        console.print(table)
    if any(right.acting for right in rights):
        console.print("* by having jobs run as a service principal; --why tells as which, and how")


def _explain(rights: Sequence[Right], effective: EffectiveRights, lines: MatrixLines) -> None:
    console = Console()
    for right in rights:
        acting = f", as {right.acting}" if right.acting else ""
        head = f"[bold]{right.principal}[/bold] {right.level} {right.asset} in {right.place}{acting}"
        console.print(head, highlight=False, soft_wrap=True)
        said = lines.of(right) or ["no line of access.yaml names it"]
        for text in (*said, *doors(effective, right), *map(str, right.because)):
            console.print(f"  {text}", highlight=False, soft_wrap=True, markup=False)


def _as_json(right: Right, effective: EffectiveRights, lines: MatrixLines) -> dict[str, object]:
    return {
        "principal": right.principal,
        "environment": right.environment,
        "project": right.project,
        "asset": right.asset,
        "level": right.level,
        "as": right.acting,
        "lines": lines.of(right),
        "from": doors(effective, right),
        "because": [
            {"stack": reason.resource.stack, "address": reason.resource.address, "says": reason.says}
            for reason in right.because
        ],
    }
