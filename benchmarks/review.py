"""How long `python -m infra review prod` takes, as a ratio of `cdktf diff prod` in the same run.

Run it against a local account that `make local` has deployed: `pipenv run python -m benchmarks.review`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

LIMIT = 1.3  # a review does more than a diff, and still takes little longer
_ROOT = Path(__file__).parents[1]
_COMMANDS = {
    "cdktf diff": [str(_ROOT / "node_modules" / ".bin" / "cdktf"), "diff"],
    "review": [sys.executable, "-m", "infra", "review"],
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure in turn, so that other load is on both; returns 1 where the ratio is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", default="prod")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    seconds: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for _ in range(chosen.rounds):
        for name, command in _COMMANDS.items():
            seconds[name].append(_time([*command, chosen.stack]))
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    ratio = medians["review"] / medians["cdktf diff"]
    for name, median in medians.items():
        print(f"{name:12}{median:6.1f} s (median of {chosen.rounds})")
    print(f"{'ratio':12}{ratio:6.2f}   (at most {LIMIT})")
    return int(ratio > LIMIT)


def _time(command: Sequence[str]) -> float:
    start = time.monotonic()
    subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)  # noqa: S603 - our own words
    return time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
