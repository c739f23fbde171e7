"""Writes what was found where the next deploy reads it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from infra.adoption.search import Search
from infra.config.imports import FILE

_HEAD = """\
# What existed before these stacks: their next deploy takes it into Terraform's state, nothing is made twice.
# For what the state has already a line means nothing: once every stack here is deployed, this file can go.
"""


def write_imports(folder: Path, searches: Iterable[Search]) -> Path:
    """The file of a settings folder that names every object found, ids by address and stack."""
    found = {search.stack: search.imports for search in searches if search.imports}
    path = folder / FILE
    path.write_text(_HEAD + yaml.safe_dump(found, width=1000, allow_unicode=True), encoding="utf-8")
    return path
