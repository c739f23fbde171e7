"""Destroying production's stack never takes undeclared data along."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_METRICS = "Monitoring/Metrics/Schema"  # computed anew from what is kept


def check(organisation: Organisation) -> Iterator[Violation]:
    """Catalogs and schemas with force_destroy, but for those of metric tables."""
    for type_ in ("databricks_catalog", "databricks_schema"):
        for item in organisation.declared.of(type_, organisation.production):
            if item.values.get("force_destroy") and not item.role.endswith(_METRICS):
                yield Violation(item, "destroying it would drop the tables and models that nobody declared")
