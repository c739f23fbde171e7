"""A warehouse stops soon after its last statement."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_LONGEST_MINUTES = 60


def check(organisation: Organisation) -> Iterator[Violation]:
    """Warehouses that run on, or for long, while nobody asks them anything."""
    for item in organisation.declared.of("databricks_sql_endpoint"):
        minutes = item.values.get("auto_stop_mins", 0)
        if not 0 < minutes <= _LONGEST_MINUTES:
            told = f"after {minutes} minutes" if minutes else "never"
            yield Violation(item, f"{item.values['name']} stops {told}; at most {_LONGEST_MINUTES} minutes")
