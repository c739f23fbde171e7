"""`python -m infra review`: what a change of the stacks means, before it is deployed."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from infra.commands.synthesis import synthesize_to_deploy
from infra.compliance.checking import PolicyError
from infra.config.destination import ACCOUNT_STACK
from infra.config.problems import ConfigurationError
from infra.config.settings import AllSettings, load_settings
from infra.declared.declared import read_stacks
from infra.review.clients import StackClients
from infra.review.errors import ReviewError
from infra.review.finding import Severity
from infra.review.kept import keep
from infra.review.page import as_json, markdown
from infra.review.reality import Reality
from infra.review.reviewing import Review, review
from infra.review.stacks import check_stacks, plan_stacks, read_stacks_plans, told_by
from infra.review.terminal import show

SUMMARY = (
    "Plan the stacks and tell what the change means: who gains or loses which right, which data or service "
    "is lost, what costs more, which policies break."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is reviewed, and how it is told."""
    parser.add_argument(
        "stacks", nargs="*", metavar="STACK", help="account or an environment; all, without any"
    )
    parser.add_argument(
        "--plan",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="plans as JSON (terraform show -json), each named after its stack, instead of planning",
    )
    parser.add_argument("--format", choices=("terminal", "markdown", "json"), default="terminal")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the plans there, for `apply`")


def run(arguments: argparse.Namespace) -> int:
    """Print it; returns 1 where a finding is as severe as the team says, 2 where there is no review."""
    try:
        settings = load_settings()
        found = _review(settings, arguments)
    except (ReviewError, ConfigurationError, PolicyError) as error:
        print(error, file=sys.stderr)
        return 2
    _print(found, arguments.format)
    if any(stack.failed for stack in found.stacks):
        return 2
    threshold = Severity[settings.review.fail_at.upper()]
    return int(found.worst is not None and found.worst >= threshold)


def _review(settings: AllSettings, arguments: argparse.Namespace) -> Review:
    known = [ACCOUNT_STACK, *settings.environments]
    check_stacks(arguments.stacks, known)
    if arguments.plan and (arguments.stacks or arguments.keep):
        raise ReviewError("--plan says which stacks are reviewed, and keeps nothing: no STACK, no --keep")
    output = synthesize_to_deploy(settings)
    synthesized = read_stacks(output)
    if arguments.plan:
        planned = read_stacks_plans({file.stem: file for file in arguments.plan}, synthesized)
        reality = Reality(None)
    else:
        planned = plan_stacks(output, synthesized, arguments.stacks or known)
        hosts = told_by(planned.states, "_workspace_host")
        reality = Reality(StackClients(settings.destination, hosts))
    if arguments.keep:
        keep(planned.plans, output / "stacks", arguments.keep)
    return review(settings, synthesized, planned, reality, today=datetime.now(UTC).date())


def _print(found: Review, how: str) -> None:
    if how == "markdown":
        print(markdown(found), end="")
    elif how == "json":
        print(json.dumps(as_json(found), indent=2))
    else:
        show(found, Console())
