"""A dashboard shows what its viewers may read themselves, not what its deployer may."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.privileges import creator


def check(organisation: Organisation) -> Iterator[Violation]:
    """Dashboards with their publisher's credentials in them, which is what Databricks does unasked."""
    for item in organisation.declared.of("databricks_dashboard"):
        if item.values.get("embed_credentials") is not False:
            name, deployer = item.values["display_name"], creator(item.stack)
            yield Violation(item, f"whoever sees {name} could read all it asks for with {deployer}'s rights")
