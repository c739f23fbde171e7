"""What is found out about a model before this process loads it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.models import Model

from pipelines.errors import PipelineError
from pipelines.quarantine import child

PATIENCE = 120.0
"""Seconds that a model may take to load and to predict its example."""

_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")


class UnusableModelError(PipelineError):
    """A model that can't be loaded, or mustn't be; the message says why, without its name."""


def inspect(folder: Path, *, trusted: Sequence[str], patience: float = PATIENCE) -> float:
    """Return how many megabytes a process takes that loads the model in a folder and lets it predict.

    Raises UnusableModelError for a model that brings code of its own, does or unpickles what it isn't
    trusted to, fails, ends the process, or takes longer than `patience` seconds. Whatever it does, it does
    it in a process without credentials that may write nowhere.
    """
    _require_plain(folder)
    with TemporaryDirectory(prefix="quarantine-") as scratch:
        place = Path(scratch).resolve()
        code, said = _run(folder, place, trusted, patience)
        report = _read_report(place / child.REPORT, code, said)
    if "error" in report:
        raise UnusableModelError(report["error"].strip().splitlines()[0])
    return float(report["megabytes"])


def _require_plain(folder: Path) -> None:
    """Refuse what runs by being loaded at all: modules and scripts beside the model."""
    try:
        flavors = Model.load(folder).flavors
    except (MlflowException, OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnusableModelError(f"its MLmodel can't be read: {error}") from error
    flavor = flavors.get("python_function")
    if not isinstance(flavor, dict):
        raise UnusableModelError("it has no python_function")
    loader = str(flavor.get("loader_module"))
    if not loader.startswith("mlflow."):
        raise UnusableModelError(f"it is loaded by {loader}, which isn't MLflow's")
    if any(values.get(key) for values in flavors.values() for key in ("code", "model_code_path")):
        raise UnusableModelError("it brings code of its own")


def _run(folder: Path, scratch: Path, trusted: Sequence[str], patience: float) -> tuple[int, str]:
    """Return the child's exit status, and what it last said on standard error."""
    settings = json.dumps({"path": sys.path, "trusted": list(trusted)})
    command = [sys.executable, "-I", "-B", child.__file__, str(folder.resolve()), str(scratch), settings]
    with TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 - this interpreter, and paths as they are
            command,
            cwd=scratch,
            env=_make_environment(scratch),
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        try:
            code = process.wait(patience)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)  # and what it may have started
            process.wait()
            raise UnusableModelError(f"it was not loaded after {patience:g} seconds") from error
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
    return code, said[-1] if said else ""


def _make_environment(scratch: Path) -> dict[str, str]:
    """No credentials, no addresses, and homes that are thrown away; one core, so that none are counted."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": str(scratch), "TMPDIR": str(scratch), "LOKY_MAX_CPU_COUNT": "1"}


def _read_report(path: Path, code: int, said: str) -> dict[str, Any]:
    """Return what the child reported; an end without report is never a good one."""
    if code != 0 or not path.exists():
        ended = f"signal {-code}" if code < 0 else f"status {code}"
        raise UnusableModelError(f"it ended the process that loaded it, with {ended}: {said}".rstrip(": "))
    report = json.loads(path.read_text())
    if not isinstance(report, dict) or not {"megabytes", "error"} & report.keys():
        raise UnusableModelError("it changed the report of the process that loaded it")
    return report
