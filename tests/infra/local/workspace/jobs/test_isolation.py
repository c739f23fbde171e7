"""A job's process holds its own token and nothing else's: no other principal's, and no table's path.

What it is told of a table's place by asking the engine is what who may read the table is told on Databricks.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass

import pytest

from tests.infra.local.workspace.jobs.factory import Factory, result_of, wheel_task

_SOURCE = '''
import json
import os
import sys
import time
from pathlib import Path

def main():
    """Print what the process was given, and every file that it is pointed to."""
    parts = [part for value in os.environ.values() for part in value.split(":")]
    places = [Path(part) for part in parts if part.startswith("/")]
    mine = [Path(os.environ[name]) for name in ("HOME", "TMPDIR", "DBRUNTIME_TASK_CONTEXT")]
    files = [file for place in mine for file in place.rglob("*") if file.is_file()]
    related = [os.getpid(), os.getppid(), *children(os.getppid())]
    print(json.dumps({
        "places": [str(place) for place in [*places, Path.cwd(), *map(Path, sys.path), *files]] + opened(),
        "texts": [
            *(f"{name}={value}" for name, value in os.environ.items()),
            *sys.argv,
            *(part for file in files for part in read(file)),
            *(part for pid in related for part in read(f"/proc/{pid}/environ")),
            *(part for pid in related for part in read(f"/proc/{pid}/cmdline")),
        ],
        "related": len(related),
    }))

def opened():
    links = [Path(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")]
    return [os.readlink(link) for link in links if link.is_symlink()]

def children(parent):
    return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()

def read(file):
    return [part.decode(errors="replace") for part in Path(file).read_bytes().split(b"\\0") if part]

def wait():
    print("waiting", flush=True)
    time.sleep(60)
'''
_TOKEN = re.compile(r"dapi[0-9a-f]{40}")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@dataclass(frozen=True)
class Seen:
    """What a task can see: paths that it is pointed to, texts that it and processes near it were given."""

    places: list[str]
    texts: list[str]
    related: int  # processes: itself, its host, and the host's other tasks


def add_neighbour(factory: Factory) -> str:
    """Another principal that the deployer's jobs may run as."""
    name = factory.workspace.add_service_principal("neighbour").principal.name
    factory.allow_use(name, factory.deployer.principal.name)
    factory.allow_wheels(name)
    return name


@pytest.fixture(scope="module")
def seen(factory: Factory) -> Seen:
    """What a task sees while one of another principal runs beside it."""
    jobs = factory.deployer.client.jobs
    run_as = {"service_principal_name": add_neighbour(factory)}
    beside = jobs.run_now(factory.create_demo(_SOURCE, wheel_task("wait", "wait"), run_as=run_as)).run_id
    while "waiting" not in (jobs.get_run_output(beside).logs or ""):
        factory.wait(beside, "RUNNING")
    run = factory.run(factory.create_demo(_SOURCE, wheel_task("show", "main", "--model=prod.flights.delay")))
    jobs.cancel_run(beside)
    factory.wait(beside)
    output = factory.output(run, "show")
    assert result_of(run) == "SUCCESS", output.error_trace
    return Seen(**json.loads(output.logs or ""))


def test_its_own_token_is_the_only_one(seen: Seen, factory: Factory) -> None:
    """Neither environment, arguments and files nor the processes around it have another one."""
    tokens = {token for text in seen.texts for token in _TOKEN.findall(text)}
    assert seen.related > 3, "the other principal's task is there"
    assert len(tokens) == 1
    assert factory.deployer.client.config.token not in tokens


def test_no_credentials_of_other_kinds(seen: Seen) -> None:
    """No client secret, no profile, no client's configuration file."""
    names = {text.partition("=")[0] for text in seen.texts if "=" in text}
    assert "DATABRICKS_TOKEN" in names
    assert not {name for name in names if re.search("SECRET|PASSWORD|PROFILE|CONFIG_FILE", name)}


def test_no_path_leads_to_a_table(seen: Seen, factory: Factory) -> None:
    """Of the account's folder it is pointed to its own run and to wheels; data has names."""
    folder = re.escape(str(factory.local_account.folder))
    below = re.findall(rf"{folder}/([^/:]*)", "\n".join([*seen.places, *seen.texts]))
    assert set(below) == {"runs"}
