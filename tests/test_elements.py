"""docs/elements.md names what exists: all elements, and paths and tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (PROJECT / "docs" / "elements.md").read_text().splitlines()
    if line.startswith("| E")
]
NOT_BUILT = "—"


def test_every_element_has_its_row() -> None:
    """All 77, in their order."""
    assert [row[0] for row in ROWS] == [f"E{number}" for number in range(1, 78)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_places_and_tests_exist(row: list[str]) -> None:
    """Each path is there and each test is in its file; an element without a place says so."""
    _, _, place, test = row
    built = not place.startswith(NOT_BUILT)
    assert not built or (_named(place) and _named(test)), "a built element names its place and its test"
    for name in _named(place) + _named(test):
        path, _, function = name.partition("::")
        assert (PROJECT / path).exists(), path
        assert not function or function in _functions(PROJECT / path), name
    assert all(name.startswith("tests/") for name in _named(test))


def _named(cell: str) -> list[str]:
    return [name for name in re.findall(r"`([^`]+)`", cell) if re.match(r"^[\w./-]+(::\w+)?$", name)]


def _functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
