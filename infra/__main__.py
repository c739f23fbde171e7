"""`python -m infra`, cdktf's app: synthesizes the stacks. With a word after it: one of the other commands."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from infra.compliance.checking import PolicyError, check_all
from infra.config.problems import ConfigurationError
from infra.config.settings import load_settings
from infra.declared.declared import read_declared
from infra.packaging import build_wheel

ROOT = Path(__file__).parents[1]
COMMANDS: Mapping[str, str] = {  # each word's module, imported when it is the one
    "access": "infra.commands.access",
    "adopt": "infra.commands.adopt",
    "apply": "infra.commands.apply",
    "drift": "infra.commands.drift",
    "new": "infra.commands.new",
    "remove": "infra.commands.remove",
    "review": "infra.commands.review",
}

# jsii prints a banner of many lines where node's version is no longer maintained.
_SILENCE = ("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")


def main(words: Sequence[str] | None = None) -> int:
    """Do what the words ask for; returns the exit status, 1 where the settings are wrong."""
    os.environ.setdefault(*_SILENCE)
    try:
        return _run(sys.argv[1:] if words is None else words)
    except (ConfigurationError, PolicyError) as error:
        print(error, file=sys.stderr)
        return 1


def _run(words: Sequence[str]) -> int:
    if not words:
        return _synthesize()
    parser = argparse.ArgumentParser(
        prog="python -m infra", description="Without a command: synthesize the stacks."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    chosen = {words[0]: COMMANDS[words[0]]} if words[0] in COMMANDS else COMMANDS  # help tells of all of them
    for word, name in chosen.items():
        module = importlib.import_module(name)
        command = commands.add_parser(word, help=module.SUMMARY, description=module.SUMMARY)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args(words)
    return int(arguments.run(arguments))


def _synthesize() -> int:
    settings = load_settings()
    print(f"Target {settings.destination.name}: {', '.join(settings.hosts())}", file=sys.stderr, flush=True)
    wheel = build_wheel(ROOT, ROOT / "build", settings.destination)
    # Loading cdktf starts node and takes seconds: what is wrong with the settings is told before.
    from infra.stacks.app import synthesize  # noqa: PLC0415 - see above

    folder = synthesize(settings, wheel)
    lines = check_all(settings, read_declared(folder), today=datetime.now(UTC).date())
    print("".join(f"{line}\n" for line in lines), end="", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
