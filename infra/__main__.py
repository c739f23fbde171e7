"""`python -m infra`, cdktf's app: synthesizes the four stacks into cdktf.out."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.config.problems import ConfigurationError
from infra.config.settings import AllSettings, load_settings
from infra.packaging import build_wheel

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Synthesize all stacks; returns 1 where the settings are wrong."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    print(_destination_line(settings), file=sys.stderr)
    _synthesize(settings)
    return 0


def _destination_line(settings: AllSettings) -> str:
    destination = settings.destination
    named = [str(one.workspace.host) for one in settings.environments.values() if one.workspace.host]
    hosts = ", ".join([destination.account.host, *named])
    return f"Target {destination.name}: account {destination.account.id} at {hosts}"


def _synthesize(settings: AllSettings) -> None:
    # Loading cdktf starts node, which takes seconds: wrong settings are told before.
    from cdktf import App  # noqa: PLC0415 - see above

    from infra.stacks.account import AccountStack  # noqa: PLC0415 - see above
    from infra.stacks.environment import EnvironmentStack  # noqa: PLC0415 - see above

    wheel = build_wheel(ROOT, ROOT / "build", settings.destination)
    app = App()
    AccountStack(app, settings=settings)
    for name in settings.environments:
        EnvironmentStack(app, name, settings=settings, wheel=wheel)
    app.synth()


if __name__ == "__main__":
    sys.exit(main())
