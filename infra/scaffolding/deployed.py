"""Whether a stack is deployed still: as far as its state can be seen from here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.config.documents import read_document
from infra.config.problems import ConfigurationError
from infra.config.process import Process
from infra.config.target import Target
from infra.config.validation import validate


@dataclass(frozen=True)
class Remains:
    """A target in which a stack has something left, or, where its state is kept elsewhere, may have."""

    target: str
    resources: int | None  # None where that isn't known


def find_remains(process: Process, stack: str, *, schema: str | None = None) -> list[Remains]:
    """Every target in which a stack's state has resources, or can't be seen from here.

    With a schema's name, only that schema counts. A target whose address is not filled in has never been
    deployed to.
    """
    return list(_search(process, stack, schema))


def _search(process: Process, stack: str, schema: str | None) -> Iterator[Remains]:
    document = read_document(process.settings / "targets.yaml")
    for name in document.data if isinstance(document.data, dict) else ():
        try:
            target = validate(Target, document.part(name))
        except ConfigurationError:
            continue
        if target.state.local is None or target.credentials_file is None:
            yield Remains(name, None)
            continue
        own = process.credentials_file if name == process.target else None
        folder = (own or Path(target.credentials_file)).parent / target.state.local.folder
        if count := _count(folder / f"{stack}.tfstate", schema):
            yield Remains(name, count)


def _count(state: Path, schema: str | None) -> int:
    """How many resources Terraform manages by a state file."""
    if not state.exists():
        return 0
    resources = json.loads(state.read_text(encoding="utf-8")).get("resources", [])
    managed = [item for item in resources if item["mode"] == "managed"]
    if schema is None:
        return sum(len(item["instances"]) for item in managed)
    schemas = [each for item in managed if item["type"] == "databricks_schema" for each in item["instances"]]
    return len([each for each in schemas if each["attributes"]["name"] == schema])
