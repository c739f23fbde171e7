"""`python -m infra drift`: what was changed outside of the code."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from infra.commands.synthesis import synthesize_to_deploy
from infra.config.destination import ACCOUNT_STACK
from infra.config.problems import ConfigurationError
from infra.config.settings import AllSettings, load_settings
from infra.declared.declared import read_stacks
from infra.review.audit import AuditLog, AuditUnavailable, Event
from infra.review.clients import StackClients
from infra.review.drift import Drift, Objects, find_drift
from infra.review.drift_page import drift_json, drift_lines, drift_markdown, drift_title, left_out
from infra.review.errors import ReviewError
from infra.review.stacks import Planned, check_stacks, plan_stacks, told_by

SUMMARY = "Tell what was changed outside of the code: what, when and by whom, and how to keep or undo it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is looked at, and how it is told."""
    parser.add_argument(
        "stacks", nargs="*", metavar="STACK", help="account or an environment; all, without any"
    )
    parser.add_argument("--format", choices=("terminal", "markdown", "json"), default="terminal")


def run(arguments: argparse.Namespace) -> int:
    """Print it; returns 1 where something was changed, 2 where nobody could look."""
    try:
        settings = load_settings()
        found = _find(settings, arguments.stacks)
    except (ReviewError, ConfigurationError) as error:
        print(error, file=sys.stderr)
        return 2
    _print(found, arguments.format)
    return 1 if found.drifted else 0


def _find(settings: AllSettings, chosen: list[str]) -> Drift:
    known = [ACCOUNT_STACK, *settings.environments]
    check_stacks(chosen, known)
    output = synthesize_to_deploy(settings)
    synthesized = read_stacks(output)
    planned = plan_stacks(output, synthesized, chosen or known)
    for stack in planned.stacks:
        if stack.refused:
            raise ReviewError(str(stack.refused))
    clients = StackClients(settings.destination, told_by(planned.states, "_workspace_host"))
    audit, today = _Audit(planned, clients), datetime.now(UTC).date()
    return find_drift(settings, synthesized, planned, clients, audit.last_changes, today=today)


class _Audit:
    """Asks the audit log of each environment's changes, with its own warehouse; the account has none."""

    def __init__(self, planned: Planned, clients: StackClients) -> None:
        self._planned, self._clients = planned, clients
        self._deployers = told_by(planned.states, "_deploy_application_id")

    def last_changes(self, stack: str, objects: Objects) -> list[Event | None]:
        """The last changes of a stack's objects but those by its deployer."""
        if stack == ACCOUNT_STACK:
            raise AuditUnavailable("the account has no warehouse of its own to ask the audit log with")
        outputs = self._planned.states.get(stack, {}).get("values", {}).get("outputs", {})
        warehouse = str(outputs.get("warehouse_id", {}).get("value", ""))
        log = AuditLog(self._clients.workspace(stack), warehouse, ignoring=self._deployers.get(stack))
        return log.last_changes(objects)


def _print(found: Drift, how: str) -> None:
    if how == "markdown":
        print(drift_markdown(found), end="")
    elif how == "json":
        print(json.dumps(drift_json(found), indent=2))
    else:
        _show(found, Console())


def _show(found: Drift, console: Console) -> None:
    console.print(Text(drift_title(found), style="bold"), soft_wrap=True)
    for item in found.drifted:
        console.print(Text(f"{item.stack}: {item.what}", style="yellow"), soft_wrap=True)
        for line in drift_lines(item):
            console.print(Text(f"  {line}"), soft_wrap=True)
    for finding in found.access:
        console.print(Text(f"{finding.severity.word}: {finding.text}"), soft_wrap=True)
        for line in finding.why:
            console.print(Text(f"  {line}", style="dim"), soft_wrap=True)
    for line in left_out(found):
        console.print(Text(line, style="dim"), soft_wrap=True)
