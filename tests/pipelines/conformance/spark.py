"""Spark's own Connect server with Delta, as a child of the tests.

The client stays the one of `.venv`; only the address differs from the embedded engine's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CATALOG = "spark_catalog"  # the session's own catalog is the only one that takes Delta without a plugin
_HERE = Path(__file__).parent
_JARS = _HERE.parents[2] / ".tools" / "spark" / "jars"
_STARTED = re.compile(r"Spark Connect server started at: \S+:(\d+)")
_PATIENCE = 90  # seconds; it takes 4 on an idle machine


@contextmanager
def start_spark(folder: Path) -> Iterator[str]:
    """Yield the address of a server that keeps everything in the folder, its log in `spark.log`.

    Raises RuntimeError when `make .tools/spark/.installed` was not run, and with the log's end when the
    server does not start.
    """
    if not _JARS.is_dir():
        raise RuntimeError(f"{_JARS} is missing: run make .tools/spark/.installed")
    log = folder / "spark.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            _command(folder), cwd=folder, env=_environment(), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield f"sc://localhost:{_wait_for_port(server, log)}"
    finally:
        server.terminate()
        server.wait(30)


def _command(folder: Path) -> list[str]:
    return [
        *("java", f"@{_HERE / 'java.options'}", "-cp", f"{_JARS}/*"),
        *(f"-Dspark.sql.warehouse.dir={folder / 'warehouse'}", f"-Dspark.local.dir={folder / 'scratch'}"),
        "org.apache.spark.sql.connect.service.SparkConnectServer",
    ]


def _environment() -> dict[str, str]:
    """The tests' environment, but for what would point the server elsewhere; workers run on our Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    return kept | {"PYSPARK_PYTHON": sys.executable}


def _wait_for_port(server: subprocess.Popen[bytes], log: Path) -> int:
    """Return the port that the server has chosen, as it tells in its log."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        if found := _STARTED.search(log.read_text()):
            return int(found[1])
        time.sleep(0.1)
    ending = "\n".join(log.read_text().splitlines()[-20:])
    raise RuntimeError(f"Spark has not started (exit code {server.poll()}):\n{ending}")
