"""Experiments lie in their projects' folders: whatever is in /Shared, everybody may change."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_EVERYBODYS = ("/Shared", "/Users")


def check(organisation: Organisation) -> Iterator[Violation]:
    """Experiments in folders that are everybody's or one person's."""
    for item in organisation.declared.of("databricks_mlflow_experiment"):
        if str(item.values["name"]).startswith(_EVERYBODYS):
            yield Violation(item, f"{item.values['name']} lies where it is not its project's alone")
