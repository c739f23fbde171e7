"""Nobody is granted cloud storage itself: files read past their tables are read past all grants on these."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_STORAGE = ("external_location", "storage_credential")


def check(organisation: Organisation) -> Iterator[Violation]:
    """Grants on locations and credentials, and those that every workspace reaches."""
    declared = organisation.declared
    for item in declared.of("databricks_grant"):
        for kind in (kind for kind in _STORAGE if item.values.get(kind)):
            held = f"{item.values['principal']} could {', '.join(item.values['privileges'])}"
            yield Violation(item, f"{held} on {kind} {item.values[kind]}, past its tables and volumes")
    for kind in _STORAGE:
        for item in declared.of(f"databricks_{kind}"):
            if item.values.get("isolation_mode") != "ISOLATION_MODE_ISOLATED":
                yield Violation(item, f"{item.values['name']} could be used from every workspace")
