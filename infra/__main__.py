"""`python -m infra`, cdktf's app: synthesizes the four stacks into cdktf.out."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.config.problems import ConfigurationError
from infra.config.settings import load_settings
from infra.packaging import build_wheel

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Synthesize all stacks; returns 1 where the settings are wrong."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Target {settings.destination.name}: {', '.join(settings.hosts())}", file=sys.stderr, flush=True)
    wheel = build_wheel(ROOT, ROOT / "build", settings.destination)
    # Loading cdktf starts node and takes seconds: what is wrong with the settings is told before.
    from infra.stacks.app import synthesize  # noqa: PLC0415 - see above

    synthesize(settings, wheel)
    return 0


if __name__ == "__main__":
    sys.exit(main())
