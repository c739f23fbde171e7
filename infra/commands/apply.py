"""`python -m infra apply`: deploys exactly what was reviewed."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.commands.synthesis import synthesize_to_deploy
from infra.compliance.checking import PolicyError, check_all
from infra.config.destination import ACCOUNT_STACK
from infra.config.problems import ConfigurationError, unknown
from infra.config.settings import load_settings
from infra.declared.declared import read_declared
from infra.review.errors import ReviewError
from infra.review.kept import differences, kept_plan, kept_stacks
from infra.review.plan import read_plan
from infra.review.terraform import Terraform

SUMMARY = (
    "Apply the plans that `review --keep FOLDER` kept, or refuse where a deploy would no longer do the same."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which plans."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where `review --keep` put the plans")
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="those of the kept ones; all, without any")


def run(arguments: argparse.Namespace) -> int:
    """Apply them, the account's first; returns 1 where one is refused or fails, 2 where one can't be read."""
    try:
        settings = load_settings()
        kept = kept_stacks(arguments.folder)
        for name in arguments.stacks:
            if name not in kept:
                raise ReviewError(unknown(f"plan of {name} in {arguments.folder}", name, kept))
        output = synthesize_to_deploy(settings)
        if lines := check_all(settings, read_declared(output), today=datetime.now(UTC).date()):
            print("\n".join(lines), file=sys.stderr)
            return 1
        chosen = sorted(arguments.stacks or kept, key=lambda name: (name != ACCOUNT_STACK, name))
        for stack in chosen:
            if status := _apply(Terraform(stack, output / "stacks" / stack), arguments.folder):
                return status
    except (ReviewError, ConfigurationError, PolicyError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _apply(terraform: Terraform, folder: Path) -> int:
    reviewed, file = kept_plan(folder, terraform.stack)
    if not terraform.folder.is_dir():
        raise ReviewError(f"{terraform.stack}: the checkout has no such stack any more")
    terraform.initialise()
    again = terraform.folder.resolve() / "again.tfplan"
    if refused := terraform.plan(again):
        raise ReviewError(str(refused))
    moved = differences(reviewed, read_plan(terraform.stack, terraform.show(again)))
    again.unlink()
    if moved:
        lines = [f"{terraform.stack} is not applied: a deploy would not do what was reviewed", *moved]
        print("\n  ".join(lines), file=sys.stderr)
        return 1
    return 1 if terraform.apply(file) else 0
