"""How a step is started as a job's task, and how it ends."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from pipelines.errors import ParameterError, PipelineError
from pipelines.parameters import Parameters
from pipelines.progress import say, timed

P = TypeVar("P", bound=Parameters)


def start(kind: type[P], step: Callable[[P], None], arguments: Sequence[str] | None) -> None:
    """Run a step with a command line's arguments (the process's own for None).

    Ends the process with 2 for wrong parameters and with 1 for a PipelineError, each one line.
    A successful step just returns: a platform may take any SystemExit for a failure.
    """
    try:
        parameters = kind.parse(sys.argv[1:] if arguments is None else arguments)
    except ParameterError as error:
        _fail(kind.step, error, code=2)
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # bars are noise in a job's log
    say(f"{kind.step}: project {parameters.project} in {parameters.catalog}.{parameters.schema}")
    try:
        with timed(f"{kind.step}: done"):
            step(parameters)
    except PipelineError as error:
        _fail(kind.step, error, code=1)


def _fail(step: str, error: PipelineError, *, code: int) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"{step}: {error}\n")
    sys.exit(code)
