"""A notebook in Databricks and as a program."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from unittest.mock import Mock

import pandas as pd
import pytest
from matplotlib.figure import Figure

from pipelines.notebook import Notebook


def test_a_program_asks_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    """What isn't among them has its default, an empty value is a value."""
    monkeypatch.setattr(sys, "argv", ["notebook.py", "--catalog=prod", "--note=a=b", "--empty="])
    notebook = Notebook({})
    assert [notebook.ask(name, "default") for name in ("catalog", "note", "empty", "schema")] == [
        *("prod", "a=b", "", "default")
    ]


def test_databricks_asks_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question is a widget, whose default stands in it; arguments don't matter."""
    monkeypatch.setattr(sys, "argv", ["kernel", "--catalog=prod"])
    widgets = Mock()
    widgets.get.return_value = "staging"
    assert Notebook({"dbutils": SimpleNamespace(widgets=widgets)}).ask("catalog", "dev") == "staging"
    widgets.text.assert_called_once_with("catalog", "dev")


def test_a_program_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """Texts and whole tables are printed, pictures are not: they are elsewhere, or nowhere."""
    notebook = Notebook({})
    notebook.show("done")
    notebook.show(pd.DataFrame({f"column{number}": [number] for number in range(30)}))
    notebook.show(Figure())
    done, _, head, _ = capsys.readouterr().out.splitlines()[:4]
    assert done == "done"
    assert head.split() == [f"column{number}" for number in range(30)]


def test_databricks_displays(capsys: pytest.CaptureFixture[str]) -> None:
    """Tables are displayed as it does it, texts are printed."""
    display, table = Mock(), pd.DataFrame({"month": ["2013-01"]})
    notebook = Notebook({"display": display})
    notebook.show(table)
    notebook.show("done")
    display.assert_called_once_with(table)
    assert capsys.readouterr().out.strip() == "done"
