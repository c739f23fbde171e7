"""The four stacks as one cdktf app."""

from __future__ import annotations

from pathlib import Path

from cdktf import App

from infra.config.settings import AllSettings
from infra.config.wheel import Wheel
from infra.constructs.imports import import_existing
from infra.stacks.account import AccountStack
from infra.stacks.environment import EnvironmentStack
from infra.stacks.paths import move_paths


def synthesize(settings: AllSettings, wheel: Wheel, *, folder: Path | None = None) -> Path:
    """The folder to which the stacks are written as Terraform's JSON; cdktf's own, if none is given."""
    app = App(outdir=str(folder) if folder else None)
    stacks = [AccountStack(app, settings=settings)] + [
        EnvironmentStack(app, environment, settings=settings, wheel=wheel)
        for environment in settings.environments
    ]
    for stack in stacks:
        import_existing(stack, settings.imports.of(stack.node.id))
    app.synth()
    made = Path(app.outdir)
    move_paths(made)
    return made
