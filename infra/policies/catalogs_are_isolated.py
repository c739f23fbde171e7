"""An environment's catalog is seen by the workspaces that it is bound to, and by no other."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Catalogs that every workspace of the metastore sees."""
    for item in organisation.declared.of("databricks_catalog"):
        if item.values.get("isolation_mode") != "ISOLATED":
            message = f"whoever is granted {item.values['name']} could use it from any workspace"
            yield Violation(item, message)
