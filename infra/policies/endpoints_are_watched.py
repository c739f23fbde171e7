"""An endpoint's predictions are monitored, and an alert tells when they are not what they should be."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Endpoints of projects without a monitor of an inference log, or without alerts."""
    for item in organisation.declared.of("databricks_model_serving"):
        monitors = organisation.of_project("databricks_quality_monitor", item)
        if not any(monitor.values.get("inference_log") for monitor in monitors):
            yield Violation(item, f"no monitor watches what {item.values['name']} predicts")
        if not organisation.of_project("databricks_alert_v2", item):
            yield Violation(item, f"no alert tells when {item.values['name']} predicts badly or fails")
