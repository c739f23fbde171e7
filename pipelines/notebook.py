"""What a notebook is given and how it shows things, in Databricks as well as where it is run as a program."""

import sys
from collections.abc import Mapping
from typing import Any

import pandas as pd


class Notebook:
    """A notebook by its namespace: the platform puts `dbutils` and `display` there, if there is one."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._dbutils = namespace.get("dbutils")
        self._display = namespace.get("display")

    def ask(self, name: str, default: str) -> str:
        """Return what a widget says, or the argument `--name=value` where there are no widgets."""
        if self._dbutils is not None:
            self._dbutils.widgets.text(name, default)
            return str(self._dbutils.widgets.get(name))
        given = [argument.partition("=") for argument in sys.argv[1:]]
        return next((value for key, _, value in given if key == f"--{name}"), default)

    def show(self, thing: object) -> None:
        """Display a text, a table or a picture; a program prints texts and tables, and has no screen."""
        if self._display is not None and not isinstance(thing, str):
            self._display(thing)
        elif isinstance(thing, pd.DataFrame):
            sys.stdout.write(f"{thing.to_string(index=False)}\n\n")
        elif isinstance(thing, str):
            sys.stdout.write(f"{thing}\n\n")
