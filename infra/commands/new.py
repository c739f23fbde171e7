"""`python -m infra new`: writes what a new environment or a new ML project needs."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.commands.changing import carry_out
from infra.config.process import Process
from infra.scaffolding.changes import Changes
from infra.scaffolding.environment import new_environment
from infra.scaffolding.project import new_project
from infra.scaffolding.settings import Settings

SUMMARY = "Write the settings of a new environment, or the settings and the code of a new ML project."
ROOT = Path(__file__).parents[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is new."""
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    environment = kinds.add_parser("environment", help="one that is like another, in a workspace of its own")
    environment.add_argument("name", help="such as qa")
    environment.add_argument(
        "--from", dest="source", metavar="NAME", required=True, help="the environment that it is like"
    )
    project = kinds.add_parser("project", help="a working one, on synthetic data, to be made yours")
    project.add_argument("name", help="such as churn")


def run(arguments: argparse.Namespace) -> int:
    """Write it, and tell what to do next; returns 1 where it can't be, and nothing was written."""
    settings = Settings.load(Process.read().settings.absolute())
    return carry_out(
        f"new {arguments.kind}",
        lambda: _find_changes(arguments, settings),
        lambda changes: _stacks(arguments, changes, settings),
    )


def _find_changes(arguments: argparse.Namespace, settings: Settings) -> Changes:
    if arguments.kind == "environment":
        return new_environment(settings, arguments.name, arguments.source)
    return new_project(settings, ROOT, arguments.name)


def _stacks(arguments: argparse.Namespace, changes: Changes, settings: Settings) -> list[str]:
    """The deploys that make it so: the account first, which makes the workspace."""
    touched = [name for name in settings.environments if settings.environment(name) in changes.files]
    new = ["account", arguments.name] if arguments.kind == "environment" else []
    return [*new, *touched]
