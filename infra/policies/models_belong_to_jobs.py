"""A model is owned by the principal whose jobs register its versions and move its aliases."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Models that somebody else owns."""
    for item in organisation.declared.of("databricks_registered_model"):
        owner = item.values.get("owner", "whoever deploys it")
        if owner != f"run-{item.stack}":
            yield Violation(item, f"{owner} owns {item.values['name']} and could move its aliases")
