"""`python -m infra remove`: takes back what `new` wrote, once nothing of it is deployed."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.commands.changing import carry_out
from infra.config.process import Process
from infra.scaffolding.changes import Changes, RefusedError
from infra.scaffolding.deployed import find_remains
from infra.scaffolding.environment import remove_environment
from infra.scaffolding.project import remove_project
from infra.scaffolding.settings import Settings

SUMMARY = "Remove an environment from the settings, or a project's settings and code."
ROOT = Path(__file__).parents[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is to go, and what its owner vouches for."""
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    environment = kinds.add_parser("environment", help="one that is destroyed already")
    environment.add_argument("name")
    environment.add_argument(
        "--destroyed",
        action="store_true",
        help="it is destroyed in targets whose state isn't on this machine",
    )
    project = kinds.add_parser("project", help="in every environment; the next deploys destroy what it has")
    project.add_argument("name")
    project.add_argument("--discard", action="store_true", help="its code, too, where git doesn't have it")
    project.add_argument(
        "--with-data", action="store_true", help="its data, too, in environments that are not disposable"
    )


def run(arguments: argparse.Namespace) -> int:
    """Remove it, and tell what to do next; returns 1 where it can't be, and everything stayed."""
    process = Process.read()
    settings = Settings.load(process.settings.absolute())
    return carry_out(
        f"remove {arguments.kind}",
        lambda: _find_changes(arguments, settings, process),
        lambda changes: _stacks(arguments, changes, settings),
    )


def _find_changes(arguments: argparse.Namespace, settings: Settings, process: Process) -> Changes:
    name = str(arguments.name)
    if arguments.kind == "environment":
        changes = remove_environment(settings, name)
        _require_destroyed(process, name, vouched=arguments.destroyed)
        return changes
    changes = remove_project(settings, ROOT, name, discard=arguments.discard)
    if not arguments.with_data:
        _require_no_data(process, settings, name)
    return changes


def _require_destroyed(process: Process, name: str, *, vouched: bool) -> None:
    """RefusedError where the environment's stack has something left, or where that can't be seen."""
    for remains in find_remains(process, name):
        command = f"TARGET={remains.target} cdktf destroy {name}"
        if remains.resources:
            raise RefusedError(f"it has {remains.resources} resources still; first {command}")
        if not vouched:
            raise RefusedError(
                f"whether it is deployed to target {remains.target} can't be seen from here; "
                f"first {command}, then say --destroyed"
            )


def _require_no_data(process: Process, settings: Settings, name: str) -> None:
    """RefusedError where the next deploy would destroy data that is to last, or where that can't be seen."""
    for environment in settings.lasting_with(name):
        for remains in find_remains(process, environment, schema=settings.schemas[name]):
            may = "would" if remains.resources else "may"
            raise RefusedError(
                f"the next deploy of {environment} to target {remains.target} {may} destroy its data there; "
                "say --with-data if it is to"
            )


def _stacks(arguments: argparse.Namespace, changes: Changes, settings: Settings) -> list[str]:
    """The deploys that make it so: those of the environments that knew of it, and the account's."""
    touched = [name for name in settings.environments if changes.files.get(settings.environment(name))]
    account = ["account"] if arguments.kind == "environment" else []
    return [*touched, *account]
