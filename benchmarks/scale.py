"""What many projects cost: synthesis and plan of one environment with 1, 10, 50, 100 of them.

    pipenv run python -m benchmarks.scale --projects 1 10 50 100

The settings are the shipped ones with production alone, whose project is repeated under other names. Each
size is synthesized and planned against an empty state on a local account of the benchmark's own, in which
the account's stack is deployed: by `cdktf diff`, as people do, and by plain `terraform plan` on the very
JSON that cdktf wrote. The ratio is theirs, within the run. What synthesis itself takes stands beside, and
below by its parts; memory is that of the largest process. Seconds of CPU are those of all processes, which
a busy machine changes least. Terraform's provider, which the account's process serves, is in neither. A diff
that takes longer than a limit is ended, and told as what it has taken at least.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import yaml

from infra.config.process import ENVIRONMENTS
from infra.local import daemon
from infra.local.daemon import Daemon
from infra.local.folder import PROJECT, Folder
from infra.scaffolding.environment import remove_environment
from infra.scaffolding.settings import Settings

ENVIRONMENT, MODEL = "prod", "flights"
COLUMNS = (
    "projects",
    "resources",
    "JSON MB",
    "synth s",
    "synth CPU s",
    "synth MB",
    "plan s",
    "plan CPU s",
    "plan MB",
    "diff s",
    "diff CPU s",
    "diff/plan",
)
PARTS = ("settings", "wheel", "node", "constructs", "JSON", "reading", "policies")


@dataclass(frozen=True)
class Cost:
    """What a process and all that it started have taken."""

    wall: float  # seconds
    cpu: float  # likewise; of what is ended, only some of it
    memory: float  # MB of the largest process
    output: str
    ended: bool = False  # by us, at the limit


def main() -> None:
    """Measure, or be one of the measured synthesises."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--projects", type=int, nargs="+", default=[1, 10, 50, 100])
    parser.add_argument("--limit", type=float, default=600, help="seconds that a diff may take: %(default)s")
    parser.add_argument("--synthesize", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.synthesize:
        synthesize()
        return
    print(_cells(*COLUMNS), flush=True)
    with tempfile.TemporaryDirectory() as place, _account(Path(place)) as running:
        parts = {count: _measure(running, Path(place), count, given.limit) for count in given.projects}
    print("\nsynthesis by its parts, seconds\n" + _cells("projects", *PARTS))
    for count, seconds in parts.items():
        print(_cells(count, *(seconds[name] for name in PARTS)))


def _measure(running: Daemon, place: Path, count: int, limit: float) -> Mapping[str, float]:
    """Print what a number of projects costs; returns what the parts of synthesis take."""
    settings, output = place / f"settings-{count}", place / f"out-{count}"
    _write_settings(settings, count)
    variables = {**running.environment, "SETTINGS": str(settings), "CDKTF_OUTDIR": str(output)}
    synthesis = _run([sys.executable, "-m", "benchmarks.scale", "--synthesize"], variables)
    stack = output / "stacks" / ENVIRONMENT
    _run(["terraform", f"-chdir={stack}", "init", "-input=false"], variables)
    plan = _run(["terraform", f"-chdir={stack}", "plan", "-input=false", "-no-color"], variables)
    resources = int(plan.output.rpartition("Plan: ")[2].partition(" ")[0])
    size = (stack / "cdk.tf.json").stat().st_size / 1e6
    row = (size, synthesis.wall, synthesis.cpu, synthesis.memory, plan.wall, plan.cpu, plan.memory)
    print(_cells(count, resources, *row), end="", flush=True)
    cdktf = str(PROJECT / "node_modules/.bin/cdktf")
    command = [cdktf, "diff", ENVIRONMENT, "--output", str(place / f"cdktf-{count}")]
    diff = _run(command, variables, limit)
    over = "over " if diff.ended else ""
    cpu = "" if diff.ended else f"{diff.cpu:.1f}"
    print(_cells(f"{over}{diff.wall:.1f}", cpu, f"{over}{diff.wall / plan.wall:.1f}"), flush=True)
    parts: Mapping[str, float] = json.loads(synthesis.output.splitlines()[-1])
    return parts


def _cells(*values: float | str) -> str:
    return "".join(f"{f'{value:.1f}' if isinstance(value, float) else value:>12}" for value in values)


@contextmanager
def _account(place: Path) -> Iterator[Daemon]:
    """A local account with the account's stack deployed."""
    folder = Folder((place / "account").resolve())
    running = daemon.start(folder)
    try:
        settings = place / "settings"
        _write_settings(settings, 1)
        variables = {**running.environment, "SETTINGS": str(settings)}
        cdktf = str(PROJECT / "node_modules/.bin/cdktf")
        _run([cdktf, "deploy", "account", "--auto-approve", "--output", str(place / "out")], variables)
        yield running
    finally:
        daemon.stop(folder)


def _write_settings(folder: Path, count: int) -> None:
    """The shipped settings with one environment, and its project as often as is wanted."""
    shutil.copytree(ENVIRONMENTS, folder)
    for other in Settings.load(folder).environments:
        if other != ENVIRONMENT:
            remove_environment(Settings.load(folder), other).make()
    project = (folder / "projects" / f"{MODEL}.yaml").read_text()
    path = folder / f"{ENVIRONMENT}.yaml"
    environment = yaml.safe_load(path.read_text())
    values = environment["projects"][MODEL]
    for number in range(1, count):
        name = f"{MODEL}_{number:03}"
        environment["projects"][name] = values
        renamed = project.replace(f"schema: {MODEL}\n", f"schema: {name}\n")
        (folder / "projects" / f"{name}.yaml").write_text(renamed)
    path.write_text(yaml.safe_dump(environment, sort_keys=False))


def _run(command: list[str], variables: Mapping[str, str], limit: float = threading.TIMEOUT_MAX) -> Cost:
    """What a command costs that succeeds, or is ended with all that it has started."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        child = subprocess.Popen(  # noqa: S603 - ours
            command,
            cwd=PROJECT,
            env={**os.environ, **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with _ending(child.pid, limit):
            _, status, usage = os.wait4(child.pid, 0)  # with what it has waited for
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    ended = child.returncode == -signal.SIGKILL and wall >= limit
    if child.returncode and not ended:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}:\n{text[-3000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text, ended)


@contextmanager
def _ending(group: int, limit: float) -> Iterator[None]:
    """End a group of processes at the limit, or when waiting for it is interrupted."""
    timer = threading.Timer(limit, os.killpg, (group, signal.SIGKILL))
    timer.start()
    try:
        yield
    except BaseException:
        os.killpg(group, signal.SIGKILL)
        raise
    finally:
        timer.cancel()


def synthesize() -> None:
    """Do what `python -m infra` does; the last line that is printed tells what its parts took, as JSON."""
    import infra.__main__ as command  # noqa: PLC0415 - only here: it is what is measured

    taken = dict.fromkeys(PARTS, 0.0)
    clock = _Clock(taken)
    clock.watch(command, "load_settings", "settings")
    clock.watch(command, "build_wheel", "wheel")
    clock.watch(command, "read_declared", "reading")
    clock.watch(command, "check_all", "policies")
    with clock.part("node"):
        import cdktf  # noqa: PLC0415 - starts node

        from infra.stacks import app  # noqa: PLC0415 - likewise
    clock.watch(cdktf.App, "synth", "JSON")
    clock.watch(app, "synthesize", "constructs")
    status = command.main([])
    taken["constructs"] -= taken["JSON"]  # which is within it
    print(json.dumps(taken))
    sys.exit(status)


class _Clock:
    """Adds up the seconds that functions take, by the part that each is of."""

    def __init__(self, taken: dict[str, float]) -> None:
        self._taken = taken

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count what is within."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._taken[name] += time.perf_counter() - started

    def watch(self, owner: Any, function: str, name: str) -> None:
        """Count every call of a function."""
        original: Callable[..., Any] = getattr(owner, function)

        @wraps(original)
        def counted(*arguments: Any, **words: Any) -> Any:
            with self.part(name):
                return original(*arguments, **words)

        setattr(owner, function, counted)


if __name__ == "__main__":
    main()
