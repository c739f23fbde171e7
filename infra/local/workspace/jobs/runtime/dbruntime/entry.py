"""Runs a wheel's entry point, and writes down how it failed."""

from __future__ import annotations

import importlib
import json
import sys
import traceback
from pathlib import Path


def run(target: str, outcome: Path) -> None:
    """Call `module:function`. As on Databricks, what it returns is of no interest.

    An exception, or an exit with another code than 0, ends the process with 1 and is left in
    the outcome's file: `error` in one line, `trace` as Python prints it.
    """
    module, _, names = target.partition(":")
    try:
        function = importlib.import_module(module)
        for name in names.split("."):
            function = getattr(function, name)
        function()  # type: ignore[operator] # an entry point is callable, or the error says so
    except SystemExit as error:
        if error.code not in (None, 0):
            _fail(error, outcome)
    except BaseException as error:  # whatever a job raises is its outcome
        _fail(error, outcome)


def _fail(error: BaseException, outcome: Path) -> None:
    sys.stdout.flush()
    if error.__traceback__ and error.__traceback__.tb_next:
        error.__traceback__ = error.__traceback__.tb_next  # without the frame of `run`
    lines = traceback.format_exception(error)
    if not isinstance(error, SystemExit):
        sys.stderr.write("".join(lines))
    elif isinstance(error.code, str):
        sys.stderr.write(f"{error.code}\n")
    text = traceback.format_exception_only(error)[-1].strip()
    outcome.write_text(json.dumps({"error": text, "trace": "".join(lines)}))
    raise SystemExit(1)
