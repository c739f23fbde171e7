"""Carries out changes of settings and code, and tells what was changed and what to deploy next."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from infra.scaffolding.changes import Changes, RefusedError


def carry_out(what: str, find: Callable[[], Changes], stacks: Callable[[Changes], Iterable[str]]) -> int:
    """Make the changes, and name the stacks to deploy; returns 1 where they are refused, and none is made."""
    try:
        changes = find()
        lines = changes.lines(Path.cwd())
        changes.make()
    except RefusedError as error:
        print(f"{what}: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    print(f"Next: {', '.join(f'cdktf deploy {stack}' for stack in stacks(changes))}")
    return 0
