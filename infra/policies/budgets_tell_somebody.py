"""A budget tells people when it is spent: it stops nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Budgets whose end nobody hears of."""
    for item in organisation.declared.of("databricks_budget"):
        alerts = item.values.get("alert_configurations", [])
        if not any(
            action.get("target") for alert in alerts for action in alert.get("action_configurations", [])
        ):
            yield Violation(item, f"nobody is told when {item.values['display_name']} is spent")
