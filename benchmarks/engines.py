"""What the embedded engine saves: ingest and features on Sail against the same on Spark itself.

    make .tools/spark/.installed && SPARK_HOME=.venv/lib/python3.11/site-packages/pyspark \
        pipenv run python -m benchmarks.engines --months 3 --rounds 3

Each run is a process of its own, from its start to its end: it starts the engine, declares the tables, and
brings months in. The engines take turns; the ratios are those of the medians. Both made the same tables:
that is what tests/pipelines/conformance shows.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from pathlib import Path

from tests.pipelines.conformance.spark import CATALOG as SPARK_CATALOG
from tests.pipelines.conformance.spark import start_spark
from tests.pipelines.conftest import CATALOG, bring_in, connect, declare_tables, start_sail

Start = Callable[[Path], AbstractContextManager[str]]
ENGINES: dict[str, tuple[Start, str]] = {
    "sail": (lambda _: start_sail(), CATALOG),
    "spark": (start_spark, SPARK_CATALOG),
}


@dataclass(frozen=True)
class Cost:
    """What a process and all that it started have taken."""

    wall: float  # seconds
    cpu: float  # seconds
    memory: float  # MB of the largest process


def main() -> None:
    """Measure, or be one of the measured runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--months", type=int, choices=range(1, 13), default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", choices=ENGINES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        run_steps(given.run, given.months)
    else:
        compare(given.months, given.rounds)


def run_steps(engine: str, months: int) -> None:
    """Start an engine and bring months in."""
    start, catalog = ENGINES[engine]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with start(folder) as remote, connect(remote) as session:
            bring_in(declare_tables(session, catalog, "months", folder), "2013-01", f"2013-{months:02d}")


def compare(months: int, rounds: int) -> None:
    """Print each run's cost, the medians, and their ratios."""
    costs: dict[str, list[Cost]] = {engine: [] for engine in ENGINES}
    print(f"{months} months of flights, {rounds} rounds\n{'':8}{'wall s':>10}{'CPU s':>10}{'MB':>10}")
    for _ in range(rounds):
        for engine, found in costs.items():
            found.append(_measure(engine, months))
            _print(engine, astuple(found[-1]))
    medians = {engine: _find_median(found) for engine, found in costs.items()}
    for engine, median in medians.items():
        _print(f"{engine} ~", median)
    _print("ratio", [spark / sail for sail, spark in zip(medians["sail"], medians["spark"], strict=True)])


def _measure(engine: str, months: int) -> Cost:
    command = [sys.executable, "-m", "benchmarks.engines", f"--run={engine}", f"--months={months}"]
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
    _, status, usage = os.wait4(child.pid, 0)  # with what it has waited for: the engine's process
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}: run it to see why")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _find_median(costs: list[Cost]) -> list[float]:
    return [statistics.median(values) for values in zip(*map(astuple, costs), strict=True)]


def _print(name: str, values: Iterable[float]) -> None:
    print(f"{name:8}" + "".join(f"{value:10.1f}" for value in values), flush=True)


if __name__ == "__main__":
    main()
